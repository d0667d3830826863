using Microsoft.CodeAnalysis;

namespace ModelDsl.Generators;

/// <summary>Finds specs, parses them, and adds what the compiler makes of them.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class RecurrenceGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
    }
}
