using System.Collections.Immutable;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Values;
using ILGPU.Runtime;

namespace ModelDsl.Kernels.Gpu.Ptx;

/// <summary>
/// Writes kernels as PTX, the assembly language of NVIDIA's devices, without such a device: to look at what would run, and to hand it to a driver
/// that was reached by other means (see the bridge to TorchSharp).
/// </summary>
public sealed class PtxCompiler : IDisposable
{
    private readonly Context _context;
    private readonly PTXBackend _backend;

    /// <summary>A compiler for an architecture.</summary>
    public PtxCompiler(PtxTarget target)
    {
        Target = target;

        // The same settings as for devices: what is looked at is what is run.
        _context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2).Inlining(InliningMode.Aggressive));

        // Without NVVM there are no functions of libdevice; device code calls none.
        _backend = new PTXBackend(_context, target.Architecture, target.InstructionSet, nvvmAPI: null!);
    }

    /// <summary>What it compiles for.</summary>
    public PtxTarget Target { get; }

    /// <summary>Compiles an entry point of a kernel for a shape.</summary>
    /// <param name="entry">A static method, closed over its vector type.</param>
    /// <param name="shape">What is constant to the kernel.</param>
    /// <returns>The PTX text of the module, with the one kernel.</returns>
    /// <exception cref="InvalidOperationException">ILGPU cannot compile it; the inner exception says why.</exception>
    public string Compile(Action<KernelArguments, SpecializedValue<KernelShape>> entry, KernelShape shape) => Compile(entry, shape, shape.Threads);

    /// <summary>Compiles any entry point for a shape.</summary>
    /// <param name="entry">A static method, closed over its vector type.</param>
    /// <param name="shape">What is constant to the kernel.</param>
    /// <param name="threads">Threads in a group.</param>
    /// <inheritdoc cref="Compile(Action{KernelArguments, SpecializedValue{KernelShape}}, KernelShape)"/>
    public string Compile<TArguments, TShape>(Action<TArguments, SpecializedValue<TShape>> entry, TShape shape, int threads)
        where TArguments : struct
        where TShape : unmanaged, IEquatable<TShape>
    {
        EntryPointDescription description = EntryPointDescription.FromExplicitlyGroupedKernel(entry.Method);
        try
        {
            // What ILGPU's accelerators do when a specialised kernel is first launched with a value (their SpecializationCache, which asks for an
            // accelerator): the kernel is compiled to IR, then inlined in a wrapper that passes the value as constants.
            Method generic = _backend.PreCompileKernelMethod(description);
            using IRContext specialised = generic.ExtractToContext(out Method kernel);
            Method wrapper = Wrap(specialised, kernel, description, shape);
            specialised.Optimize();
            var compiled = (PTXCompiledKernel)_backend.Compile(wrapper, description, new KernelSpecialization(threads, null));
            return WithTarget(compiled.PTXAssembly);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            throw new InvalidOperationException(
                $"'{entry.Method.DeclaringType?.Name}.{entry.Method.Name}' does not compile to PTX for {Target.Name} with {shape}: {fault.Message}", fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _backend.Dispose();
        _context.Dispose();
    }

    // ILGPU writes no target newer than sm_80, the newest whose instructions it uses; what is valid for it is valid for those that follow.
    private string WithTarget(string text) => text.Replace(".target sm_80", ".target " + Target.Name, StringComparison.Ordinal);

    // The wrapper keeps the kernel's parameters, the specialised one too, as ILGPU's own does: launchers that pass arguments need not know.
    private static Method Wrap(IRContext context, Method kernel, EntryPointDescription description, object value)
    {
        Method wrapper = context.Declare(new MethodDeclaration(MethodHandle.Create(kernel.Handle.Name), context.VoidType), out _);
        kernel.AddFlags(MethodFlags.Inline);
        using Method.Builder method = wrapper.CreateBuilder();
        BasicBlock.Builder block = method.EntryBlockBuilder;
        ImmutableArray<ParameterCollection.SpecializedParameter> constants = description.Parameters.SpecializedParameters;
        var call = block.CreateCall(wrapper.Location, kernel);
        for (int i = 0; i < kernel.NumParameters; i++)
        {
            Parameter parameter = method.AddParameter(kernel.Parameters[i].Type, kernel.Parameters[i].Name);
            bool isConstant = constants.Any(c => c.Index == i - description.KernelIndexParameterOffset);
            call.Add(isConstant ? block.CreateValue(wrapper.Location, value, value.GetType()) : parameter);
        }

        call.Seal();
        block.CreateReturn(wrapper.Location);
        method.Complete();
        return wrapper;
    }
}
