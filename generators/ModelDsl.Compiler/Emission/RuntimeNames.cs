namespace ModelDsl.Compiler.Emission;

/// <summary>The runtime types that generated code names. A test resolves each against the real assemblies.</summary>
public static class RuntimeNames
{
    public const string Runtime = "global::ModelDsl";
    public const string Cpu = "global::ModelDsl.Kernels.Cpu";
    public const string KernelBase = Cpu + ".CpuRecurrenceKernel";
    public const string Plan = Cpu + ".KernelPlan";
    public const string ConvolutionPlan = Runtime + ".ConvolutionPlan";
    public const string GivenKernelLayer = Cpu + ".GivenKernelLayer";
    public const string GivenKernelPlan = Runtime + ".GivenKernelPlan";
    public const string Simd = Cpu + ".Simd";
    public const string Recurrence = Runtime + ".IRecurrence";
    public const string Description = Runtime + ".RecurrenceDescription";
    public const string Kernel = Runtime + ".IRecurrenceKernel";
    public const string OracleToken = Runtime + ".OracleToken";
    public const string SequenceTensor = Runtime + ".SequenceTensor";
    public const string State = Runtime + ".RecurrentState";
    public const string Offsets = Runtime + ".SequenceOffsets";
    public const string Result = Runtime + ".RecurrenceResult";
    public const string Runner = Runtime + ".RecurrenceRunner";
    public const string Gpu = Runtime + ".Kernels.Gpu";
    public const string GpuKernelBase = Gpu + ".GpuRecurrenceKernel";
    public const string GpuGivenKernelLayer = Gpu + ".GpuGivenKernelLayer";
    public const string GpuRecurrence = Gpu + ".IGpuRecurrence";
    public const string GpuDevice = Gpu + ".GpuDevice";
    public const string GpuPlan = Gpu + ".GpuPlan";
    public const string GpuEntries = Gpu + ".GpuEntries";
    public const string TorchFunction = Runtime + ".TorchSharp.RecurrenceFunction";
    public const string TorchResult = Runtime + ".TorchSharp.RecurrenceTensors";
    public const string TorchTensor = "global::TorchSharp.torch.Tensor";
}
