using ModelDsl.Testing;

namespace ModelDsl.Compiler.Tests;

/// <summary>Packed sequences of specs that once let something through: what lies beside a sequence must not reach it.</summary>
public sealed class PackedSequenceTests
{
    private const string SignedDecay = """
        [Recurrence]
        public partial struct SignedDecay
        {
            [State] Tensor<Key, Value, Slot> S0;

            public Tensor<Value, Slot> Step(Scalar a1, Tensor<Key> k2, Scalar g4, Tensor<Value> v5, Tensor<Slot> v6, Tensor<Key> k7)
            {
                S0 *= Tanh(a1);
                var k3 = L2Normalize(k2, 1e-2);
                S0 *= Exp(g4);
                S0 += Outer(k3, Outer(v5, SiLU(v6)));
                return Dot(Softmax(k7), S0);
            }
        }
        """;

    [Theory]
    [InlineData(SignedDecay, "SignedDecay")]
    public void NothingLeaksFromASequenceToItsNeighbours(string spec, string name)
    {
        using CompiledSpecs compiled = SpecCompiler.Compile(RandomSpecs.SpecWriter.Axes, spec);
        VerificationReport report = ModeVerification.Verify(compiled.Recurrence(name), new VerificationOptions { Lengths = [1, 7, 19], ChunkSize = 6, Batch = 1, Heads = 3 });
        Assert.True(report.Passed, report.ToString());
    }
}
