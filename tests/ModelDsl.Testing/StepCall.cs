using System.Reflection;
using System.Runtime.CompilerServices;

namespace ModelDsl.Testing;

/// <summary>Calls a spec's own Step by reflection, without anything generated.</summary>
public static class StepCall
{
    /// <summary>Runs one token.</summary>
    /// <param name="spec">The struct.</param>
    /// <param name="stateNames">Its state fields.</param>
    /// <param name="states">Their values before the token.</param>
    /// <param name="inputs">The arguments of Step, without the token's index.</param>
    /// <param name="tokenIndex">The token's index in its sequence and in its mini-batch, if Step asks for it.</param>
    /// <returns>The elements of the states after the token and of the outputs.</returns>
    public static (double[][] NextStates, double[][] Outputs) Run(
        Type spec, IReadOnlyList<string> stateNames, IReadOnlyList<OracleValue> states, IReadOnlyList<OracleValue> inputs, int tokenIndex = 0)
    {
        const BindingFlags any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        object instance = Activator.CreateInstance(spec)!;
        FieldInfo[] fields = [.. stateNames.Select(name => spec.GetField(name, any)!)];
        for (int i = 0; i < fields.Length; i++)
        {
            fields[i].SetValue(instance, Tensor(fields[i].FieldType, states[i]));
        }

        MethodInfo step = spec.GetMethod("Step", any)!;
        var given = new Queue<OracleValue>(inputs);
        object[] arguments = [.. step.GetParameters().Select(p => p.IsDefined(typeof(TokenIndexAttribute)) || p.IsDefined(typeof(MiniBatchIndexAttribute)) ? (Scalar)tokenIndex : Tensor(p.ParameterType, given.Dequeue()))];
        object result = step.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
        object[] outputs = result is ITuple tuple ? [.. Enumerable.Range(0, tuple.Length).Select(i => tuple[i]!)] : [result];
        return ([.. fields.Select(f => Elements(f.GetValue(instance)!))], [.. outputs.Select(Elements)]);
    }

    private static object Tensor(Type type, OracleValue value) => Activator.CreateInstance(type, value)!;

    private static double[] Elements(object tensor) => [.. ((OracleValue)tensor.GetType().GetProperty("Value")!.GetValue(tensor)!).Data];
}
