using BenchmarkDotNet.Running;
using ModelDsl.Benchmarks.Native;
using ModelDsl.Benchmarks.Quick;
using ModelDsl.Benchmarks.Suite;
using TorchSharp;

// Before anything of libtorch is loaded.
NativeRuntime.Prepare();
torch.set_num_threads(1);

if (args.Contains("--quick"))
{
    QuickTables.Print(Console.Out, QuickOptions.Parse(args));
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(SuiteConfig).Assembly).Run(args, new SuiteConfig());
}
