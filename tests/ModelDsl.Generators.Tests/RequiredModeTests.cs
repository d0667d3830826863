using Microsoft.CodeAnalysis;
using ModelDsl.Testing;

namespace ModelDsl.Generators.Tests;

/// <summary>A mode that cannot be derived is an error at the term that breaks it.</summary>
public class RequiredModeTests
{
    [Fact]
    public void TheTermThatBreaksItIsMarked()
    {
        Diagnostic error = Assert.Single(DiagnosticAssert.Reports(
            """
            public struct Key : IAxis;

            [Recurrence(Require = Mode.Chunkwise)]
            partial struct Nonlinear
            {
                [State] Tensor<Key> h;

                Tensor<Key> Step(Tensor<Key> x, Tensor<Key> a)
                {
                    var mixed = a * h + x;
                    h = [|Tanh(mixed)|];
                    return h;
                }
            }
            """,
            "MDSL040"));
        Assert.Contains("'Nonlinear' requires mode Chunkwise", error.GetMessage(null));
        Assert.Contains("Tanh", error.GetMessage(null), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("Mode.Chunkwise", error.AdditionalLocations.Single() is var at ? at.SourceTree!.GetText().ToString(at.SourceSpan) : "");
    }

    [Fact]
    public void ATermInsideAHelperIsMarkedThere() => DiagnosticAssert.Reports(
        """
        public struct Key : IAxis;

        [Recurrence(Require = Mode.ParallelScan)]
        partial struct Nonlinear
        {
            [State] Tensor<Key> h;

            Tensor<Key> Step(Tensor<Key> x) => h = Squash(h) + x;

            static Tensor<Key> Squash(Tensor<Key> y) => [|Sigmoid(y)|];
        }
        """,
        "MDSL040");

    [Theory]
    [InlineData("ParallelScan", "not known until the mini-batches before it have run")]
    [InlineData("Quadratic", "no chunk can span more than that")]
    public void AStaleReadIsMarked(string mode, string reason)
    {
        Diagnostic error = Assert.Single(DiagnosticAssert.Reports(
            $$"""
            public struct Key : IAxis;
            public struct Value : IAxis;

            [Recurrence(Require = Mode.{{mode}}, MiniBatch = 16)]
            partial struct Learner
            {
                [State] Tensor<Key, Value> W;

                Tensor<Value> Step(Tensor<Key> k, Tensor<Value> v)
                {
                    W += Outer(k, v - Dot(k, [|Stale(W)|]));
                    return Dot(k, W);
                }
            }
            """,
            "MDSL040"));
        Assert.Contains($"'W' is read as it stood at the start of the mini-batch, and {(mode == "Quadratic" ? "" : "that is ")}{reason}", error.GetMessage(null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Tensor<Key> Step(Tensor<Key> x, Tensor<Key> gate) => h = [|Exp(gate) * h|] + x;", "the transition of 'h' depends on the token, through 'gate'")]
    [InlineData("Tensor<Key> Step(Tensor<Key> x, Scalar reset) { h = [|Where(reset, 0, h)|] + x; return h; }", "the transition of 'h' depends on the token, through 'reset'")]
    [InlineData("Tensor<Key> Step(Tensor<Key> x, [TokenIndex] Scalar t) => h = [|h / (1 + t)|] + x;", "the transition of 'h' depends on the token, through 't'")]
    public void AConvolutionNamesTheInputThatTheTransitionDependsOn(string step, string reason)
    {
        Diagnostic error = Assert.Single(DiagnosticAssert.Reports(
            $"public struct Key : IAxis; [Recurrence(Require = Mode.Convolution)] partial struct Gated {{ [State] Tensor<Key> h; {step} }}", "MDSL040"));
        Assert.Contains($"'Gated' requires mode Convolution, which cannot be derived: {reason}.", error.GetMessage(null), StringComparison.Ordinal);
    }

    [Fact]
    public void EachIllegalModeIsAnError() => Assert.Equal(2, DiagnosticAssert.Reports(
        """
        [Recurrence(Require = Mode.ParallelScan | Mode.Quadratic | Mode.Recurrent)]
        partial struct Nonlinear
        {
            [State] Scalar h;

            Scalar Step(Scalar x) => h = x + {|MDSL040:{|MDSL040:h * h|}|};
        }
        """).Count);

    [Fact]
    public void LegalModesAreNot() => DiagnosticAssert.Reports(
        """
        public struct Key : IAxis;
        public struct Value : IAxis;

        [Recurrence(Require = Mode.Recurrent | Mode.Chunkwise | Mode.ParallelScan | Mode.Quadratic)]
        partial struct LinearAttention
        {
            [State] Tensor<Key, Value> S;

            Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v)
            {
                S += Outer(k, v);
                return Dot(q, S);
            }
        }
        """);

    [Theory]
    [InlineData("(Mode)64")]
    [InlineData("Mode.Recurrent | (Mode)64")]
    [InlineData("(Mode)(-1)")]
    public void WhatIsNoModeIsAnError(string modes)
    {
        Diagnostic error = Assert.Single(DiagnosticAssert.Reports(
            $"[Recurrence(Require = [|{modes}|])] partial struct Average {{ [State] Scalar h; Scalar Step(Scalar x) => h = 0.9 * h + x; }}", "MDSL041"));
        Assert.Contains("Write Mode.Recurrent, Mode.Chunkwise, Mode.ParallelScan, Mode.Quadratic or Mode.Convolution", error.GetMessage(null), StringComparison.Ordinal);
    }

    [Fact]
    public void ASoftmaxIsNamedAsSuch()
    {
        Diagnostic error = Assert.Single(DiagnosticAssert.Reports(
            """
            public struct Key : IAxis;

            [Recurrence(Require = Mode.Chunkwise)]
            partial struct Focus
            {
                [State] Tensor<Key> h;

                Tensor<Key> Step(Tensor<Key> x) => h = [|Softmax(h + x)|];
            }
            """,
            "MDSL040"));
        Assert.Contains("because of Softmax(h + x over Key)", error.GetMessage(null), StringComparison.Ordinal);
    }
}
