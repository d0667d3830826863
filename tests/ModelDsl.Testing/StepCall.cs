using System.Reflection;
using System.Runtime.CompilerServices;

namespace ModelDsl.Testing;

/// <summary>Calls a spec's own Step by reflection, without anything generated.</summary>
public static class StepCall
{
    /// <summary>Runs one token.</summary>
    /// <param name="spec">The struct.</param>
    /// <param name="stateNames">Its state fields.</param>
    /// <param name="states">Their values before the token; two for a complex one.</param>
    /// <param name="inputs">The arguments of Step, without what counts tokens; two for a complex one.</param>
    /// <param name="tokenIndex">The token's index in its sequence and in its mini-batch, if Step asks for it.</param>
    /// <returns>The elements of the states after the token and of the outputs.</returns>
    public static (double[][] NextStates, double[][] Outputs) Run(
        Type spec, IReadOnlyList<string> stateNames, IReadOnlyList<OracleValue> states, IReadOnlyList<OracleValue> inputs, int tokenIndex = 0)
    {
        const BindingFlags any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        object instance = Activator.CreateInstance(spec)!;
        FieldInfo[] fields = [.. stateNames.Select(name => spec.GetField(name, any)!)];
        Queue<OracleValue> stateValues = new(states), inputValues = new(inputs);
        foreach (FieldInfo field in fields)
        {
            field.SetValue(instance, Tensor(field.FieldType, stateValues));
        }

        MethodInfo step = spec.GetMethod("Step", any)!;
        object[] arguments = [.. step.GetParameters().Select(p => p.IsDefined(typeof(TokenIndexAttribute)) || p.IsDefined(typeof(MiniBatchIndexAttribute)) ? (Scalar)tokenIndex : Tensor(p.ParameterType, inputValues))];
        object result = step.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
        object[] outputs = result is ITuple tuple ? [.. Enumerable.Range(0, tuple.Length).Select(i => tuple[i]!)] : [result];
        return ([.. fields.SelectMany(f => Elements(f.GetValue(instance)!))], [.. outputs.SelectMany(Elements)]);
    }

    private static object Tensor(Type type, Queue<OracleValue> values) => IsComplex(type)
        ? Activator.CreateInstance(type, Part(type, "Re", values), Part(type, "Im", values))!
        : Activator.CreateInstance(type, values.Dequeue())!;

    private static object Part(Type type, string part, Queue<OracleValue> values) => Tensor(type.GetProperty(part)!.PropertyType, values);

    private static double[][] Elements(object tensor) => IsComplex(tensor.GetType())
        ? [.. new[] { "Re", "Im" }.SelectMany(part => Elements(tensor.GetType().GetProperty(part)!.GetValue(tensor)!))]
        : [[.. ((OracleValue)tensor.GetType().GetProperty("Value")!.GetValue(tensor)!).Data]];

    private static bool IsComplex(Type type) => type.GetProperty("Im") is not null;
}
