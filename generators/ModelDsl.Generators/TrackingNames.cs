namespace ModelDsl.Generators;

/// <summary>The names of the pipeline's steps: tests assert for each of them why it ran.</summary>
public static class TrackingNames
{
    /// <summary>The struct as parsed: spec, diagnostics and where the nodes stand.</summary>
    public const string Parse = "1_Parse";

    /// <summary>The spec alone: what code depends on.</summary>
    public const string Spec = "2_Spec";

    /// <summary>What the compiler made of the spec.</summary>
    public const string Compile = "3_Compile";

    /// <summary>The files of one spec.</summary>
    public const string Files = "4_Files";

    /// <summary>The diagnostics of one spec, with true locations.</summary>
    public const string Diagnostics = "5_Diagnostics";
}
