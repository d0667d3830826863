using Microsoft.CodeAnalysis;
using ModelDsl.Testing;
using VerifyXunit;

namespace ModelDsl.Generators.Tests;

/// <summary>Generated code as a reader sees it. A change of the emitter shows here as text to approve.</summary>
public class SnapshotTests
{
    /// <summary>A vector state with an elementwise decay.</summary>
    [Fact]
    public Task MovingAverage() => Verifier.Verify(Generated("""
        public struct Channel : IAxis;

        /// <summary>The exponential moving average of its input.</summary>
        [Recurrence]
        public partial struct MovingAverage
        {
            [State] Tensor<Channel> mean;

            public Tensor<Channel> Step(Tensor<Channel> x, [Shared(Across.Time)] Tensor<Channel> rate)
            {
                var keep = Sigmoid(rate);
                mean = keep * mean + (1 - keep) * x;
                return mean;
            }
        }
        """), "cs");

    /// <summary>A memory with feedback.</summary>
    [Fact]
    public Task GatedDeltaRule() => Verifier.Verify(Generated("""
        public struct Key : IAxis;
        public struct Value : IAxis;

        [Recurrence]
        public partial struct GatedDeltaRule
        {
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g, Scalar beta)
            {
                S *= Exp(g);                                   // decay
                S += Outer(k, beta * (v - Dot(k, S)));         // correct what the memory holds under k
                return Dot(q, S);                              // read
            }
        }
        """), "cs");

    /// <summary>A layer that is a convolution: its kernel and its parts.</summary>
    [Fact]
    public Task GivenKernel() => Verifier.Verify(Generated("""
        public struct Pole : IAxis;

        [Recurrence]
        public partial struct GivenKernel
        {
            public Scalar Step(
                Scalar x,
                [Shared(Across.Time)] Tensor<Pole> rate,
                [Shared(Across.Time)] Tensor<Pole> weight,
                [Shared(Across.Time)] Tensor<Pole> feedback,
                [Lag] Scalar lag,
                [SequenceLength] Scalar length,
                [Delay] ComplexTensor<Pole> delay)
            {
                var kernel = Dot(weight, Exp(-lag / length * rate));
                return SiLU(Convolve(x, kernel)) + ConvolveByFrequency(x, 1 / (1 + Dot(feedback, delay)));
            }
        }
        """), "cs");

    private static string Generated(string source)
    {
        GeneratorRun run = GeneratorRun.Of(source);
        Assert.Empty(run.Result.Diagnostics);
        Assert.DoesNotContain(run.Output.GetDiagnostics(), d => d.Severity == DiagnosticSeverity.Error);
        return run.GeneratedText;
    }
}
