using ILGPU.Runtime;

namespace ModelDsl.Kernels.Gpu;

/// <summary>The entry points of a generated kernel for one type of lanes; null where no legal mode needs them.</summary>
/// <param name="Forward">Runs whole sequences, or single chunks from the states before them.</param>
/// <param name="Backward">The same backwards: gradients of inputs and initial states. In a parallel scan first, for each component: what a chunk adds to the gradient of the states before it.</param>
/// <param name="Summarise">What a chunk does to the states of a component, as an affine map.</param>
/// <param name="Advance">Carries states over the summaries.</param>
/// <param name="Retreat">Carries gradients of states back over the summaries.</param>
public sealed record GpuEntries(
    Action<KernelArguments, SpecializedValue<KernelShape>>? Forward,
    Action<KernelArguments, SpecializedValue<KernelShape>>? Backward,
    Action<KernelArguments, SpecializedValue<KernelShape>>? Summarise,
    Action<KernelArguments, SpecializedValue<KernelShape>>? Advance,
    Action<KernelArguments, SpecializedValue<KernelShape>>? Retreat);
