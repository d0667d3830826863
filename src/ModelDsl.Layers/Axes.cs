namespace ModelDsl.Layers;

/// <summary>K: the width of queries and keys, per head.</summary>
public struct Key : IAxis;

/// <summary>V: the width of values, per head.</summary>
public struct Value : IAxis;

/// <summary>N: the size of a state-space model's state, per channel.</summary>
public struct N : IAxis;

/// <summary>The state before the token: the columns of a dense transition, which has <see cref="N"/> as its rows.</summary>
public struct PreviousN : IAxis;

/// <summary>C: channels that do not mix in the recurrence.</summary>
public struct Channel : IAxis;

/// <summary>The features of a layer's input, before its input projection.</summary>
public struct Feature : IAxis;

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
