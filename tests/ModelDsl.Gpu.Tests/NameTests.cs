using ModelDsl.Kernels.Gpu;
using ModelDsl.Testing;

namespace ModelDsl.Gpu.Tests;

/// <summary>Specs, axes, states and inputs may have the names that generated code uses itself, for types of the runtime or within a kernel: kernels compile, and compute what they should.</summary>
public sealed class NameTests(NameTests.Compiled compiled) : IClassFixture<NameTests.Compiled>
{
    private const string Source =
        """
        public struct KernelShape : IAxis;
        public struct ArrayView : IAxis;
        public struct Group;
        public struct Grid;
        public struct Lanes1;
        public struct UnitOfWork;
        public struct KernelArguments;
        public struct t : IAxis;
        public struct h : IAxis;
        public struct n : IAxis;

        [Recurrence]
        public partial struct Memory
        {
            [State] Tensor<KernelShape, ArrayView> tiles;

            public Tensor<ArrayView> Step(Tensor<KernelShape> frame, Tensor<KernelShape> at, Tensor<ArrayView> unit, Scalar summary)
            {
                tiles = Sigmoid(summary) * tiles + Outer(at, unit);
                return Dot(frame, tiles);
            }
        }

        [Recurrence]
        public partial struct Team
        {
            [State] Tensor<KernelShape> tile;

            public Tensor<KernelShape> Step(Tensor<KernelShape> keep, Tensor<KernelShape> lane)
            {
                tile = Sigmoid(keep) * tile + lane;
                return tile;
            }
        }

        [Recurrence]
        public partial struct PartsOfStructs
        {
            [State] Tensor<t, h> _chunk;
            [State] Scalar End;
            [State] Scalar dEnd;
            [State] Scalar Tiles;

            public (Tensor<h>, Scalar) Step(Tensor<t> nt, Tensor<t> st, Tensor<h> partst, Scalar parts, Scalar Slots, Scalar AdjointEnd)
            {
                _chunk = Sigmoid(parts) * _chunk + Outer(nt, partst);
                End = Tanh(End + dEnd * Sum(nt * st));
                dEnd = Tanh(dEnd + Slots);
                Tiles = 0.5 * Tiles + AdjointEnd;
                return (Dot(st, _chunk), End * Tiles);
            }
        }

        [Recurrence]
        public partial struct LocalsOfEngines
        {
            [State] Tensor<n> S;
            [State] Tensor<n> s;

            public Scalar Step(Tensor<n> chunk, Scalar task, Scalar shape)
            {
                S = Max(S + task * LogSigmoid(task), task * chunk);
                s = LogAddExp(s - shape * Softplus(shape), chunk);
                return Sum(S * s);
            }
        }

        [Recurrence]
        public partial struct LocalsOfSums
        {
            [State] Tensor<n> element;

            public Scalar Step(Scalar addsUp, Scalar delta, [Shared(Across.Time)] Tensor<n> direction, [Shared(Across.Heads)] Tensor<n> c)
            {
                element = Exp(-Softplus(delta) * Exp(direction)) * element + addsUp * c;
                return Dot(addsUp * addsUp * c, element);
            }
        }

        [Recurrence]
        public partial struct LocalsOfDirections
        {
            [State] Tensor<n> x;

            public Tensor<n> Step(Scalar direction, [Shared(Across.Time)] Tensor<n, t> w)
            {
                x = 0.2 * direction * direction * Dot(w, (x * direction).As<t>()) + direction;
                return x;
            }
        }

        [Recurrence]
        public partial struct Staging
        {
            [State] Scalar s;

            public Scalar Step(Scalar a)
            {
                s = Tanh(s + a);
                return s;
            }
        }
        """;

    [Theory]
    [InlineData("Memory")]
    [InlineData("Team")]
    [InlineData("Staging")]
    [InlineData("PartsOfStructs")]
    [InlineData("LocalsOfEngines")]
    [InlineData("LocalsOfSums")]
    [InlineData("LocalsOfDirections")]
    public void Names_of_generated_code_are_free_for_specs(string name) => InventedSpec.Verify(compiled.Specs, name, GpuKind.Emulator, new VerificationOptions
    {
        Lengths = [3],
        Segments = [],
        ChunkSize = 2,
        Batch = 1,
        Heads = 1,
        AxisSizes = new Dictionary<string, int> { ["KernelShape"] = 3, ["ArrayView"] = 5, ["t"] = 3, ["h"] = 5, ["n"] = 2 },
        Modes = [Mode.Recurrent],
    });

    /// <summary>The specs, compiled once.</summary>
    public sealed class Compiled : IDisposable
    {
        public CompiledSpecs Specs { get; } = SpecCompiler.Compile(Source);

        public void Dispose() => Specs.Dispose();
    }
}
