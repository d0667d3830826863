namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// The scratch memory of one worker for one chunk of one unit (a head, or a block of heads that fills the vector lanes).
/// Lanes beyond the size of a row's innermost axis hold zero.
/// </summary>
public sealed unsafe class Frame
{
    private readonly KernelPlan _plan;
    private readonly AlignedBuffer _memory = new();
    private readonly float*[] _slots;
    private readonly float*[] _own;
    private readonly nint[] _rows;
    private readonly nint[] _ownRows;

    // For a state before each token the slot after it, and the other way round: looked up once, since a call for one token allocates nothing.
    private readonly int[] _partners;
    private readonly float*[] _states;
    private readonly float*[] _ownStates;
    private readonly float*[] _stateGradients;
    private readonly nint[] _stateLengths;
    private int[] _sizes = [];
    private int _capacity;
    private int _together;
    private int _padded;

    internal Frame(KernelPlan plan)
    {
        _plan = plan;
        _slots = new float*[plan.Slots.Length];
        _own = new float*[plan.Slots.Length];
        _rows = new nint[plan.Slots.Length];
        _ownRows = new nint[plan.Slots.Length];
        _states = new float*[plan.StateAxes.Length];
        _ownStates = new float*[plan.StateAxes.Length];
        _stateGradients = new float*[plan.StateAxes.Length];
        _stateLengths = new nint[plan.StateAxes.Length];
        _partners = [.. plan.Slots.Select(s => s.Kind switch
        {
            SlotKind.Previous => Find(SlotKind.Next, s.Index),
            SlotKind.Next => Find(SlotKind.Previous, s.Index),
            SlotKind.NextGradient => Find(SlotKind.PreviousGradient, s.Index),
            _ => -1,
        })];
        Matrices = new MatrixStore(plan);
    }

    /// <summary>Rows of slots in this chunk: for every token one, or one for every sequence that is run in it.</summary>
    public int Tokens { get; internal set; }

    /// <summary>Sequences that are run together: rows of a token.</summary>
    public int Sequences { get; private set; } = 1;

    /// <summary>Heads in this unit: the lanes in use.</summary>
    public int Heads { get; internal set; }

    /// <summary>Floats from one row of heads to the next: whole vectors, as many as the largest unit of a call needs.</summary>
    public int PaddedHeads => _padded;

    /// <summary>Scratch memory for engines.</summary>
    internal AlignedBuffer Engine { get; } = new();

    /// <summary>A second piece of it, for what must outlive a call of an engine.</summary>
    internal AlignedBuffer History { get; } = new();

    /// <summary>A third one, for keys over several axes and their gradients.</summary>
    internal AlignedBuffer Keys { get; } = new();

    /// <summary>A fourth one, for states that lie under each other, and their gradients.</summary>
    internal AlignedBuffer Joined { get; } = new();

    /// <summary>A fifth one, for what turns complex memories.</summary>
    internal AlignedBuffer Turns { get; } = new();

    /// <summary>The matrices that do not depend on time.</summary>
    internal MatrixStore Matrices { get; }

    /// <summary>The size of a named axis.</summary>
    public int Size(int axis) => axis < 0 ? 1 : _sizes[axis];

    /// <summary>A slot: its row of the chunk's first token.</summary>
    public float* Slot(int id) => _slots[id];

    /// <summary>Floats from one token's row of a slot to the next.</summary>
    public nint Row(int id) => _rows[id];

    /// <summary>A matrix of the plan, packed.</summary>
    public PackedMatrix Matrix(int id) => Matrices[id];

    /// <summary>The threads that help with the frame, if there are any.</summary>
    internal Team? Team { get; set; }

    /// <summary><see cref="MatrixProduct.Add"/>, shared among the threads that the frame has.</summary>
    /// <inheritdoc cref="MatrixProduct.Add"/>
    public void AddProduct(int rows, int columns, int depth, float* left, nint leftRow, nint leftTerm, float* right, nint rightStride, float* result, nint resultStride)
    {
        if (Team is not null && TeamProduct.IsWorthSharing(rows, columns, depth, uses: rows))
        {
            Team.Run(new TeamProduct.Added(rows, columns, depth, left, leftRow, leftTerm, right, rightStride, result, resultStride));
        }
        else
        {
            MatrixProduct.Add(rows, columns, depth, left, leftRow, leftTerm, right, rightStride, result, resultStride);
        }
    }

    /// <summary>A state at the chunk's boundary, in memory order.</summary>
    internal float* State(int state) => _states[state];

    /// <summary>Makes a state stand in the caller's memory.</summary>
    internal void RedirectState(int state, float* data) => _states[state] = data;

    internal void RestoreStates()
    {
        for (int s = 0; s < _states.Length; s++)
        {
            _states[s] = _ownStates[s];
        }
    }

    internal float* StateGradient(int state) => _stateGradients[state];

    internal nint StateLength(int state) => _stateLengths[state];

    /// <summary>Makes a slot stand for memory of the caller's.</summary>
    internal void Redirect(int id, float* data, nint row)
    {
        _slots[id] = data;
        _rows[id] = row;
    }

    /// <summary>The same for a slot of the frame's own rows; for a state before each token, those after it go along.</summary>
    internal void RedirectRows(int id, float* data, nint row)
    {
        Redirect(id, data, row);
        if (_plan.Slots[id].Kind == SlotKind.Previous)
        {
            Redirect(_partners[id], data + (Sequences * row), row);
        }
    }

    /// <summary>Undoes <see cref="RedirectRows"/>.</summary>
    internal void RestoreRows(int id)
    {
        Restore(id);
        if (_plan.Slots[id].Kind == SlotKind.Previous)
        {
            Restore(_partners[id]);
        }
    }

    /// <summary>Whether rows of a slot have lanes beyond the size of its innermost axis.</summary>
    internal bool IsPadded(int id) => _plan.HeadsAsLanes || Volume(_plan.Slots[id].Axes) != _ownRows[id];

    /// <summary>The same of a state.</summary>
    internal bool IsStatePadded(int state) => _plan.HeadsAsLanes ? Heads != _padded : Volume(_plan.StateAxes[state]) != _stateLengths[state];

    private nint Volume(int[] axes)
    {
        nint volume = 1;
        foreach (int axis in axes)
        {
            volume *= Size(axis);
        }

        return volume;
    }

    internal void Restore(int id)
    {
        _slots[id] = _own[id];
        _rows[id] = _ownRows[id];
    }

    internal float* Own(int id) => _own[id];

    internal nint OwnRow(int id) => _ownRows[id];

    /// <summary>Floats that a state takes for all sequences that are run together.</summary>
    internal nint StatesLength(int state) => Sequences * _stateLengths[state];

    /// <summary>Says how many sequences are run together, of those for which the frame was laid out.</summary>
    internal void Hold(int sequences)
    {
        Sequences = sequences;
        for (int id = 0; id < _slots.Length; id++)
        {
            if (_plan.Slots[id].Kind is SlotKind.Next or SlotKind.NextGradient)
            {
                _slots[id] = _own[id] = _own[_partners[id]] + (sequences * _ownRows[id]);
            }
        }
    }

    /// <summary>Lays the slots out.</summary>
    /// <param name="sizes">The sizes of named axes.</param>
    /// <param name="capacity">Tokens of a chunk, at most.</param>
    /// <param name="lanes">Heads of a unit, at most.</param>
    /// <param name="together">Sequences that are run together, at most.</param>
    internal void Lay(int[] sizes, int capacity, int lanes, int together)
    {
        int padded = Simd.Pad(lanes);
        if (capacity == _capacity && together == _together && padded == _padded && sizes.AsSpan().SequenceEqual(_sizes))
        {
            return;
        }

        _sizes = sizes;
        _capacity = capacity;
        _together = together;
        _padded = padded;
        nint total = Place(null);
        float* memory = _memory.Reserve(total);

        // Padding lanes are zero from here on: nothing writes anything else there.
        Clear(memory, total);
        Place(memory);
        Matrices.Lay(this);
    }

    /// <summary>Makes the padding lanes of rows that are laid out as a slot's zero again, after something that took them for lanes like others.</summary>
    internal void ClearPadding(int id, float* rows, nint count)
    {
        int[] axes = _plan.Slots[id].Axes;
        int used = _plan.HeadsAsLanes ? Heads : axes.Length == 0 ? 1 : Size(axes[^1]), padded = _plan.HeadsAsLanes ? _padded : Simd.Pad(used);
        if (used == padded || _ownRows[id] == 1)
        {
            return;
        }

        for (float* lanes = rows; lanes < rows + (count * _ownRows[id]); lanes += padded)
        {
            new Span<float>(lanes + used, padded - used).Clear();
        }
    }

    internal static void Clear(float* data, nint length)
    {
        for (nint i = 0; i < length; i += 1 << 20)
        {
            new Span<float>(data + i, (int)Math.Min(length - i, 1 << 20)).Clear();
        }
    }

    /// <summary>The length of a row with these axes.</summary>
    private nint RowLength(int[] axes, bool head)
    {
        bool lanes = head && _plan.HeadsAsLanes;
        if (axes.Length == 0 && !lanes)
        {
            return 1;
        }

        nint length = lanes ? _padded : Simd.Pad(Size(axes[^1]));
        for (int i = 0; i < (lanes ? axes.Length : axes.Length - 1); i++)
        {
            length *= Size(axes[i]);
        }

        return length;
    }

    private nint Place(float* memory)
    {
        nint offset = 0;
        float* Take(nint length)
        {
            float* taken = memory + offset;
            offset += Simd.Pad(checked((int)length)) + Simd.Lanes;
            return taken;
        }

        for (int s = 0; s < _states.Length; s++)
        {
            // A state has at least one whole vector, also where it is a single number.
            _stateLengths[s] = Math.Max(RowLength(_plan.StateAxes[s], head: true), 1);
            _states[s] = _ownStates[s] = Take(Math.Max(_together * _stateLengths[s], Simd.Lanes));
            _stateGradients[s] = Take(Math.Max(_together * _stateLengths[s], Simd.Lanes));
        }

        for (int id = 0; id < _slots.Length; id++)
        {
            SlotPlan slot = _plan.Slots[id];
            nint row = RowLength(slot.Axes, slot.HasHead);
            _rows[id] = _ownRows[id] = row;
            switch (slot.Kind)
            {
                case SlotKind.Previous or SlotKind.PreviousGradient:
                    _slots[id] = Take((_capacity + 1) * _together * row);
                    break;
                case SlotKind.Next or SlotKind.NextGradient:
                    _slots[id] = _slots[_partners[id]] + row;
                    break;
                case SlotKind.Input when _plan.MultipliedOnly.AsSpan().Contains(id):
                    // It stays with the caller.
                    _slots[id] = null;
                    break;
                default:
                    _slots[id] = Take(slot.HasTime ? _capacity * _together * row : row);
                    break;
            }

            _own[id] = _slots[id];
        }

        return offset;
    }

    internal int Find(SlotKind kind, int index) => Array.FindIndex(_plan.Slots, s => s.Kind == kind && s.Index == index);
}
