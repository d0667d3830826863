using Microsoft.CodeAnalysis;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Generators.Parsing;

internal sealed partial class StepInterpreter
{
    /// <summary>A convolution over time: signal and kernel are of one shape.</summary>
    private Value Convolve(IMethodSymbol method, IReadOnlyList<Value> arguments, SyntaxNode call)
    {
        int signal = NodesOf(OfType(arguments[0], method.Parameters[0].Type, call))[0];
        IReadOnlyList<int> kernel = NodesOf(OfType(arguments[1], method.Parameters[1].Type, call));
        int result = _graph.Convolve(method.Name == "Convolve" ? Op.Convolve : Op.ConvolveByFrequency, signal, [.. kernel]);
        Locate(call.GetLocation());
        return new NodeValue(result);
    }
}
