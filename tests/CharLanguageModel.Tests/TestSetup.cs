using System.Runtime.CompilerServices;
using CharLanguageModel.Runtime;
using TorchSharp;

namespace CharLanguageModel.Tests;

internal static class TestSetup
{
    /// <summary>These models are too small for two threads, and other test programs run beside this one.</summary>
    [ModuleInitializer]
    internal static void UseOneThread()
    {
        NativeRuntime.Prepare();
        torch.set_num_threads(1);
    }
}
