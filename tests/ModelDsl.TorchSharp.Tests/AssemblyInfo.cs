// Tensors are counted over the whole process, and libtorch has threads of its own.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
