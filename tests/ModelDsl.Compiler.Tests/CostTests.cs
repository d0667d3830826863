using ModelDsl.Compiler.Adjoint;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Costs;
using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;
using ModelDsl.Testing;

namespace ModelDsl.Compiler.Tests;

/// <summary>The model of cost against counts by hand.</summary>
public sealed class CostTests
{
    private const int K = 32, V = 48, N = 8, Tokens = 128, Heads = 4;

    private const string Attention =
        """
        [Recurrence]
        public partial struct Attention
        {
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v)
            {
                Tensor<Value> read = Dot(q, S);
                S += Outer(k, v);
                return read;
            }
        }
        """;

    [Fact]
    public void A_recurrent_memory_reads_and_writes_every_element_with_a_multiplication_and_an_addition()
    {
        Work work = Forward(Attention, Schedule.Recurrent, chunk: 16);
        Assert.Equal(Tokens * Heads * 4.0 * K * V, work.Operations);
        Assert.Equal(4.0 * Heads * ((Tokens * ((2 * K) + V)) + (K * V)), work.BytesRead);
        Assert.Equal(4.0 * Heads * ((Tokens * V) + (K * V)), work.BytesWritten);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(64)]
    public void A_chunk_is_four_matrix_products(int chunk)
    {
        // Reads of the state and writes to it, the Gram matrix below its diagonal, and its product with the values.
        double products = (Tokens * 4.0 * K * V) + (Tokens / chunk * (chunk * (chunk - 1) / 2) * 2.0 * (K + V));
        Assert.Equal(Heads * products, Forward(Attention, Schedule.Chunkwise, chunk).Operations);
    }

    [Fact]
    public void The_quadratic_form_is_one_chunk() =>
        Assert.Equal(Forward(Attention, Schedule.Chunkwise, Tokens), Forward(Attention, Schedule.Quadratic, 16));

    [Fact]
    public void A_last_chunk_that_is_short_costs_what_it_is()
    {
        double Operations(int tokens) => Total(Model(Attention, 50, tokens).Forward(Schedule.Chunkwise)).Operations;
        Assert.Equal((2 * Operations(50)) + Operations(28), Operations(128));
    }

    [Fact]
    public void The_gradients_of_a_memory_are_eight_products_with_the_state_and_eight_with_pairs()
    {
        // Forward again (for what reads go into), then for each row of both kinds: the gradient of what was written or asked, that of the key, and that of the
        // state; for each pair: Gram, read, write gradient, pairing, and two key gradients.
        const int chunk = 16;
        double pairs = Tokens / chunk * (chunk * (chunk - 1) / 2);
        double expected = Heads * ((Tokens * 4.0 * K * V) + (pairs * 2.0 * (K + V)) + (Tokens * 8.0 * K * V) + (pairs * ((6.0 * K) + (4.0 * V))));
        Assert.Equal(expected, Total(Model(Attention, chunk).Backward(Schedule.Chunkwise)).Operations);
    }

    [Fact]
    public void A_vector_of_states_takes_its_exponential_its_input_and_its_sum()
    {
        // Per channel and token and element: delta A, exp, (delta x) b, the fused update, c h and its sum; per channel and token: delta x, d x and its addition.
        double element = 1 + OperationCosts.Exponential + 1 + 2 + 2;
        Work work = Forward(Specs.SelectiveScan, Schedule.Recurrent, chunk: 16);
        Assert.Equal(Tokens * Heads * ((N * element) + 3), work.Operations);
    }

    [Fact]
    public void Feedback_costs_a_row_for_each_coefficient()
    {
        double recurrent = Forward(Specs.GatedDeltaRule, Schedule.Recurrent, 16).Operations / (Tokens * Heads);
        double state = K * V;

        // Decay; two reads; one write.
        Assert.InRange(recurrent, 7 * state, (7 * state) + (10 * (K + V)) + 64);
    }

    [Fact]
    public void A_scan_is_a_summary_an_advance_and_a_forward_kernel_for_one_component()
    {
        CostModel model = Model(Attention, 16);
        Assert.Equal(["Summarise 0", "Advance 0", "Forward"], model.Forward(Schedule.ParallelScan).Select(k => k.Name));
        Assert.Equal(["Summarise 0", "AdjointOffsets 0", "Retreat 0", "Backward"], model.Backward(Schedule.ParallelScan).Select(k => k.Name));

        // Twice the inputs, and per chunk: the summary (transition and offset) written and read, the boundary written and read.
        Work work = Total(model.Forward(Schedule.ParallelScan));
        double inputs = 4.0 * Heads * Tokens * ((2 * K) + V), state = 4.0 * Heads * K * V;
        Assert.Equal((2 * inputs) + (Tokens / 16 * 3 * state) + state, work.BytesRead);
    }

    [Fact]
    public void Boundaries_cost_less_the_longer_the_chunk()
    {
        double Written(int chunk) => Total(Model(Attention, chunk).Forward(Schedule.Chunkwise, forBackward: true)).BytesWritten;
        Assert.Equal(Tokens / 32 * 4.0 * Heads * K * V, Written(16) - Written(32));
    }

    [Theory]
    [InlineData(Attention)]
    [InlineData(Specs.GatedDeltaRule)]
    [InlineData(Specs.SelectiveScan)]
    [InlineData(Specs.Cell)]
    public void Work_grows_with_heads_as_they_are_independent(string source)
    {
        Schedule schedule = Schedule.Recurrent;
        Work one = Total(Model(source, 16, heads: 16).Forward(schedule)), two = Total(Model(source, 16, heads: 32).Forward(schedule));
        Assert.Equal(2 * one.Operations, two.Operations, one.Operations * 1e-9);
    }

    [Fact]
    public void A_roofline_is_the_slower_of_both_limits()
    {
        Roofline device = new("Example", 100, 10);
        Assert.Equal(10, device.Ridge);
        Assert.Equal(2, device.Seconds(new Work(200, 5, 5)));
        Assert.Equal(3, device.Seconds(new Work(200, 10, 20)));
    }

    [Fact]
    public void An_axis_without_a_size_is_named()
    {
        KernelProgram kernel = Kernel(Attention);
        SequenceSizes sizes = new(1, 1, 1, 1, new Dictionary<string, int> { ["Key"] = 4 });
        Assert.Contains("'Value'", Assert.Throws<ArgumentException>(() => new CostModel(kernel, sizes).Forward(Schedule.Recurrent)).Message, StringComparison.Ordinal);
    }

    private static Work Forward(string source, Schedule schedule, int chunk) => Total(Model(source, chunk).Forward(schedule));

    private static Work Total(IEnumerable<KernelWork> kernels) => kernels.Aggregate(default(Work), (sum, kernel) => sum + kernel.Work);

    private static CostModel Model(string source, int chunk, int tokens = Tokens, int heads = Heads) => new(
        Kernel(source),
        new SequenceSizes(1, tokens, heads, chunk, new Dictionary<string, int> { ["Key"] = K, ["Value"] = V, ["Unit"] = N, ["Previous"] = N }));

    private static KernelProgram Kernel(string source)
    {
        StepGraph graph = GeneratorRun.Of(Specs.Axes + source).Specs.Single().Graph;
        return Lowerer.Lower(Differentiator.Differentiate(Analyser.Analyse(graph)));
    }
}
