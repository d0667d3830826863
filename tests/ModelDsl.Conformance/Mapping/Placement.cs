namespace ModelDsl.Conformance.Mapping;

/// <summary>Where a tensor of a recurrence lies within a golden tensor: strides and offset in elements; a stride of 0 where the golden tensor lacks an axis.</summary>
/// <param name="Offset">The first element.</param>
/// <param name="Heads">How many heads the golden tensor holds: 1, as many as the recurrence has, or one per group.</param>
/// <param name="Batch">From one sequence to the next.</param>
/// <param name="Time">From one token to the next.</param>
/// <param name="Head">From one of its heads to the next.</param>
/// <param name="Axes">From one index to the next, for each named axis of the tensor.</param>
public sealed record Placement(int Offset, int Heads, int Batch, int Time, int Head, int[] Axes);
