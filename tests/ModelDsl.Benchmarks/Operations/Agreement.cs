using ModelDsl.Benchmarks.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Operations;

/// <summary>Whether everything that is to be timed computes the same: errors against the loop in double precision.</summary>
internal static class Agreement
{
    /// <summary>The largest error that is accepted, relative to the largest value of the tensor.</summary>
    public const double Tolerance = 2e-4;

    /// <summary>The error of every contender's output, by name; with gradients, the largest over output and gradients.</summary>
    /// <exception cref="InvalidOperationException">A contender is wrong: it must not be timed.</exception>
    public static Dictionary<string, double> Check(Operation operation, bool withGradient)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] exact = Reference(operation, withGradient);
        var errors = new Dictionary<string, double>();
        foreach (Mode mode in operation.Modes)
        {
            var options = new RunOptions(mode, Threads: 1);
            if (withGradient)
            {
                operation.Call.ForwardBackward(options);
                errors[mode.ToString()] = Largest(exact, [operation.Call.Output, .. operation.Call.InputGradients]);
            }
            else
            {
                operation.Call.Forward(options);
                errors[mode.ToString()] = Largest(exact, [operation.Call.Output]);
            }
        }

        foreach (TorchForm form in operation.Forms)
        {
            using IDisposable gradients = set_grad_enabled(withGradient);
            Tensor output = form.Run(operation.Inputs).detach();
            errors[form.Name] = withGradient
                ? Largest(exact, [output, .. form.Gradients(operation.Inputs, operation.OutputGradient)])
                : Largest(exact, [output]);
        }

        foreach ((string name, double error) in errors)
        {
            // Written so that NaN is refused too.
            if (!(error <= Tolerance))
            {
                throw new InvalidOperationException(
                    $"{operation.Name}: '{name}' has a relative error of {error:g2} against the loop in double precision, but at most {Tolerance:g2} was expected.");
            }
        }

        return errors;
    }

    private static Tensor[] Reference(Operation operation, bool withGradient)
    {
        Tensor[] inputs = [.. operation.Inputs.Select(x => x.to(ScalarType.Float64))];
        TorchForm loop = operation.Forms.First(f => f.IsLoop);
        Tensor output;
        using (no_grad())
        {
            output = loop.Run(inputs);
        }

        return withGradient ? [output, .. loop.Gradients(inputs, operation.OutputGradient.to(ScalarType.Float64))] : [output];
    }

    private static double Largest(Tensor[] exact, Tensor[] found) =>
        exact.Zip(found, (e, f) => ((f.to(ScalarType.Float64).reshape(e.shape) - e).abs().max() / e.abs().max()).item<double>()).Aggregate(0.0, (a, b) => b > a || double.IsNaN(b) ? b : a);
}
