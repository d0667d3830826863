namespace ModelDsl.Compiler.Costs;

/// <summary>What a kernel does.</summary>
/// <param name="Operations">Floating-point operations: an addition or a multiplication is one, a function as many as its polynomial takes (<see cref="OperationCosts"/>).</param>
/// <param name="BytesRead">Bytes from the device's memory. What several groups read is counted once: it comes from the cache the second time.</param>
/// <param name="BytesWritten">Bytes to the device's memory.</param>
public readonly record struct Work(double Operations, double BytesRead, double BytesWritten)
{
    /// <summary>Bytes, both ways.</summary>
    public double Bytes => BytesRead + BytesWritten;

    /// <summary>Arithmetic intensity: operations per byte.</summary>
    public double Intensity => Operations / Bytes;

    public static Work operator +(Work a, Work b) => new(a.Operations + b.Operations, a.BytesRead + b.BytesRead, a.BytesWritten + b.BytesWritten);

    public static Work operator *(Work work, double times) => new(work.Operations * times, work.BytesRead * times, work.BytesWritten * times);
}

/// <summary>A kernel and its work.</summary>
/// <param name="Name">Its entry, and for which component.</param>
public sealed record KernelWork(string Name, Work Work);

/// <summary>A device as two numbers. What comes of it is computed, not measured: no kernel is faster, and none quite reaches it.</summary>
/// <param name="OperationsPerSecond">Peak of single precision, without tensor cores.</param>
/// <param name="BytesPerSecond">Bandwidth of its memory.</param>
public sealed record Roofline(string Name, double OperationsPerSecond, double BytesPerSecond)
{
    /// <summary>H100 SXM, by its data sheet: 67 TFLOP/s in single precision, 3.35 TB/s.</summary>
    public static Roofline H100 { get; } = new("H100", 67e12, 3.35e12);

    /// <summary>Operations per byte from which on arithmetic is the limit.</summary>
    public double Ridge => OperationsPerSecond / BytesPerSecond;

    /// <summary>The least time that the work can take.</summary>
    public double Seconds(Work work) => Math.Max(work.Operations / OperationsPerSecond, work.Bytes / BytesPerSecond);
}
