namespace ModelDsl.Kernels.Gpu;

/// <summary>A device that was found, or a kind of which none was.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">The device's name; what is missing if there is none.</param>
/// <param name="Refused">Why kernels cannot run on it; null if they can.</param>
public sealed record GpuFinding(GpuKind Kind, string Name, string? Refused)
{
    /// <summary>Whether <see cref="GpuDevice.Open"/> can open it.</summary>
    public bool IsUsable => Refused is null;

    /// <inheritdoc/>
    public override string ToString() => IsUsable ? $"{Kind}: {Name}" : $"{Kind}: {Name}: {Refused}";
}
