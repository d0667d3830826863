namespace ModelDsl.Kernels.Gpu;

/// <summary>What the runtime has to know of a generated kernel.</summary>
public sealed class GpuPlan
{
    private readonly bool? _hasMemory;

    /// <summary>Whether heads fill the lanes (small states) or are run one by one (matrix states).</summary>
    public required bool HeadsAsLanes { get; init; }

    /// <summary>What the kernel writes for the gradient of each input; null if that gradient is zero.</summary>
    public required GpuGradient?[] InputGradients { get; init; }

    /// <summary>How many components a parallel scan goes through.</summary>
    public required int Components { get; init; }

    /// <summary>Whether a component is a matrix memory: chunks are then worth more than tokens. Matrix states are, unless said otherwise.</summary>
    public bool HasMemory
    {
        get => _hasMemory ?? !HeadsAsLanes;
        init => _hasMemory = value;
    }

    /// <summary>Whether a memory decays by a number for each key: its chunks cost more, so they are shorter.</summary>
    public bool DecaysPerKey { get; init; }
}

/// <summary>What a kernel writes for the gradient of an input.</summary>
/// <param name="HasTime">Whether there is a row for each token, or a sum for each task.</param>
/// <param name="HasHead">Whether there is a row for each head, or a sum for each unit.</param>
public readonly record struct GpuGradient(bool HasTime, bool HasHead);
