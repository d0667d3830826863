namespace ModelDsl.Layers;

/// <summary>K: the width of queries and keys, per head.</summary>
public struct Key : IAxis;

/// <summary>V: the width of values, per head.</summary>
public struct Value : IAxis;

/// <summary>V once more: the elements of the other vector of a circular convolution.</summary>
public struct OtherValue : IAxis;

/// <summary>N: the size of a state-space model's state, per channel.</summary>
public struct N : IAxis;

/// <summary>The state before the token: the columns of a dense transition, which has <see cref="N"/> as its rows.</summary>
public struct PreviousN : IAxis;

/// <summary>C: channels that do not mix in the recurrence.</summary>
public struct Channel : IAxis;

/// <summary>The features of a layer's input, before its input projection.</summary>
public struct Feature : IAxis;

/// <summary>The hidden units of a memory that is a network of two layers.</summary>
public struct Hidden : IAxis;

/// <summary>The positions in a mini-batch.</summary>
public struct Slot : IAxis;

/// <summary>D: the units of a recurrent cell, per head.</summary>
public struct Unit : IAxis;

/// <summary>The units of the previous step: the rows of a recurrent matrix, which has <see cref="Unit"/> as its columns.</summary>
public struct PreviousUnit : IAxis;

/// <summary>The gates of an LSTM in the order input, forget, cell, output.</summary>
[Axis(4)]
public struct LstmGate : IAxis;

/// <summary>The gates of a GRU in the order reset, update, candidate.</summary>
[Axis(3)]
public struct GruGate : IAxis;

/// <summary>The taps of a short convolution, the oldest token first.</summary>
[Axis(4)]
public struct Tap : IAxis;

/// <summary>K once more: the second factor of a key's products with itself.</summary>
public struct OtherKey : IAxis;

/// <summary>R: the rank of a projection in two parts.</summary>
public struct Rank : IAxis;

/// <summary>The features of a layer's output, after its output projection.</summary>
public struct OutputFeature : IAxis;

/// <summary>The lags of a filter: how many tokens ago.</summary>
public struct Lag : IAxis;

/// <summary>K: filters of a filter bank.</summary>
public struct Filter : IAxis;

/// <summary>The last few inputs of an autoregressive layer, the newest first.</summary>
public struct Recent : IAxis;

/// <summary>The last few outputs of an autoregressive layer, the newest first.</summary>
public struct Order : IAxis;

/// <summary>The two taps of a wavelet filter, the older token first.</summary>
[Axis(2)]
public struct WaveletTap : IAxis;

/// <summary>The weights of a multiresolution layer's levels.</summary>
public struct LevelWeight : IAxis;

/// <summary>The memories of a mixture.</summary>
[Axis(4)]
public struct MixtureMemory : IAxis;

/// <summary>The rows of an image.</summary>
public struct Row : IAxis;

/// <summary>The columns of an image.</summary>
public struct Column : IAxis;

/// <summary>The taps of a 3 x 3 kernel over an image, row after row.</summary>
[Axis(9)]
public struct Neighbour : IAxis;

/// <summary>The last 2 tokens, the newest first.</summary>
[Axis(2)]
public struct Delay2 : IAxis;

/// <summary>The last 4 tokens, the newest first.</summary>
[Axis(4)]
public struct Delay4 : IAxis;

/// <summary>The last 8 tokens, the newest first.</summary>
[Axis(8)]
public struct Delay8 : IAxis;

/// <summary>The last 16 tokens, the newest first.</summary>
[Axis(16)]
public struct Delay16 : IAxis;

/// <summary>The last 24 tokens, the newest first.</summary>
[Axis(24)]
public struct Delay24 : IAxis;

/// <summary>The last 32 tokens, the newest first.</summary>
[Axis(32)]
public struct Delay32 : IAxis;
