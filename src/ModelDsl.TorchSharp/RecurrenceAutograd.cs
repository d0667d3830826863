using global::TorchSharp;
using Tensor = global::TorchSharp.torch.Tensor;

namespace ModelDsl.TorchSharp;

/// <summary>A recurrence as a node of torch's graph. Its arguments are tensors only, since libtorch expects one gradient per tensor and no more.</summary>
internal sealed class RecurrenceAutograd : torch.autograd.MultiTensorFunction<RecurrenceAutograd>
{
    private const string CallKey = "call", WantedKey = "wanted";

    /// <summary>What <see cref="forward"/> is to run: TorchSharp makes the instance and passes only the arguments.</summary>
    [ThreadStatic]
    private static RecurrenceCall? s_call;

    /// <summary>
    /// The gradients that the last backward pass on this thread handed to libtorch. It takes them over once that call has
    /// returned, so they are let go at the next one, not by the garbage collector, which does not see how large they are.
    /// </summary>
    [ThreadStatic]
    private static List<Tensor?>? s_handedOver;

    [ThreadStatic]
    private static Exception? s_lastError;

    public static Exception? LastError => s_lastError;

    public override string Name => nameof(RecurrenceAutograd);

    /// <summary>Runs a call so that the graph knows it.</summary>
    public static List<Tensor> Run(RecurrenceCall call, List<Tensor> tensors)
    {
        DisposeHandedOver();
        s_call = call;
        try
        {
            return apply(tensors.ToArray<object>());
        }
        finally
        {
            s_call = null;
        }
    }

    public override List<Tensor> forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        var call = s_call!;
        var tensors = vars.Cast<Tensor>().ToList();
        ctx.set_materialize_grads(false);
        ctx.save_for_backward(tensors);
        ctx.save_data(CallKey, call);
        ctx.save_data(WantedKey, tensors.Select(t => t.requires_grad).ToArray());
        return call.Forward(tensors);
    }

    public override List<Tensor> backward(torch.autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        DisposeHandedOver();
        s_lastError = null;
        var wanted = (bool[])ctx.get_data(WantedKey);
        List<Tensor?> gradients;
        try
        {
            gradients = Differentiate(ctx, grad_outputs, wanted);
        }
        catch (Exception exception)
        {
            s_lastError = exception;
            gradients = Invalid(wanted);
        }

        s_handedOver = gradients;
        return gradients!;
    }

    private static List<Tensor?> Differentiate(torch.autograd.AutogradContext ctx, List<Tensor> resultGradients, bool[] wanted)
    {
        // Saved tensors and gradients come as handles of our own.
        using var scope = torch.NewDisposeScope();
        foreach (var gradient in resultGradients.Where(g => !g.IsInvalid))
            scope.Attach(gradient);
        var call = (RecurrenceCall)ctx.get_data(CallKey);
        var gradients = call.Backward(ctx.get_saved_variables(), resultGradients, wanted);
        foreach (var gradient in gradients)
            gradient?.DetachFromDisposeScope();
        return gradients;
    }

    /// <summary>Gradients that libtorch refuses, since their rank is too low: an exception would end the process instead.</summary>
    private static List<Tensor?> Invalid(bool[] wanted) =>
        [.. wanted.Select(w => w ? torch.tensor(float.NaN).DetachFromDisposeScope() : null)];

    private static void DisposeHandedOver()
    {
        if (s_handedOver is null)
            return;
        foreach (var gradient in s_handedOver)
            gradient?.Dispose();
        s_handedOver = null;
    }
}
