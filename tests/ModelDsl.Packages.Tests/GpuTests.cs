namespace ModelDsl.Packages.Tests;

/// <summary>A spec gets kernels for GPUs where ModelDsl.Gpu is referenced, and nothing of them elsewhere.</summary>
[Collection(nameof(PackageFeed))]
public sealed class GpuTests(PackageFeed feed)
{
    private const string Spec = """

        public struct Key : IAxis;

        public struct Value : IAxis;

        [Recurrence]
        public partial struct DecayingMemory
        {
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g)
            {
                S *= Exp(g);
                S += Outer(k, v);
                return Dot(q, S);
            }
        }
        """;

    [Fact]
    public void With_the_package_a_spec_runs_on_a_device()
    {
        // The emulator is part of ILGPU: there is no driver to install.
        string folder = feed.NewProject("UsesGpu", [$"ModelDsl.Gpu/{PackageFeed.Version}"], """
            using ModelDsl.Kernels.Gpu;

            using GpuDevice device = GpuDevice.Open(GpuKind.Emulator);
            GpuRecurrenceKernel kernel = DecayingMemory.On(device);
            SequenceTensor Numbers(params int[] shape)
            {
                var tensor = new SequenceTensor(new float[shape.Aggregate(1, (a, b) => a * b)], shape);
                for (int i = 0; i < tensor.Data.Length; i++)
                    tensor.Data[i] = MathF.Sin(i) - 1;
                return tensor;
            }

            SequenceTensor[] inputs = [Numbers(1, 5, 2, 3), Numbers(1, 5, 2, 3), Numbers(1, 5, 2, 4), Numbers(1, 5, 2)];
            float[] there = RecurrenceRunner.Run(kernel, inputs).Outputs[0].Data, here = RecurrenceRunner.Run(DecayingMemory.Kernel, inputs).Outputs[0].Data;
            Console.WriteLine($"the same on both: {there.Zip(here).All(p => Math.Abs(p.First - p.Second) < 1e-5)}, {device.Launches} kernel");

            """ + Spec);
        Assert.Contains("the same on both: True, 1 kernel", Dotnet.Run(folder, "run", "-c", "Release"));
    }

    [Fact]
    public void Without_it_there_is_no_code_for_GPUs()
    {
        string folder = feed.NewProject("UsesNoGpu", [$"ModelDsl/{PackageFeed.Version}"], """
            Console.WriteLine($"{DecayingMemory.Description.Name}: {string.Join(", ", typeof(DecayingMemory).Assembly.GetTypes().Select(t => t.Name).Where(n => n.Contains("Gpu")))}.");

            """ + Spec);
        Assert.Contains("DecayingMemory: .", Dotnet.Run(folder, "run", "-c", "Release"));
        Assert.DoesNotContain(Directory.EnumerateFiles(folder, "*.dll", SearchOption.AllDirectories), file => Path.GetFileName(file).Contains("ILGPU"));
    }
}
