namespace ModelDsl.Kernels.Cpu;

public static unsafe partial class MemoryChunk
{
    /// <summary>
    /// Where everything of one call lies in scratch memory. Reads and writes are interleaved by token: row t * Reads + i and
    /// row t * Writes + j, so that "all earlier writes" is a prefix. Padding lanes of packed rows are 0.
    /// Laid out from a null scratch pointer it only counts. Operands and results that already lie as needed are used in place.
    /// </summary>
    private struct Workspace
    {
        public int Tokens;
        public int Keys;
        public int Values;
        public int Reads;
        public int Writes;
        public int KeyStride;
        public int ValueStride;

        /// <summary>Reads of the chunk.</summary>
        public int ReadRows;

        /// <summary>Writes of the chunk.</summary>
        public int WriteRows;

        /// <summary>Writes of the chunk rounded up to 16: the stride of every matrix of reads by writes.</summary>
        public int PairStride;

        public KeyDecayKind Kind;
        public bool HasValueDecay;
        public bool HasFeedback;

        /// <summary>q [ReadRows, K].</summary>
        public float* Query;

        /// <summary>k [WriteRows, K].</summary>
        public float* Key;

        /// <summary>rho [ReadRows, V].</summary>
        public float* Read;

        /// <summary>w [WriteRows, V]; before the substitution, v.</summary>
        public float* Write;

        /// <summary>dk: [C] or [C, K].</summary>
        public float* KeyDecay;

        /// <summary>dv [C, V].</summary>
        public float* ValueDecay;

        /// <summary>Products of all earlier key decays: [C+1] or [C+1, K].</summary>
        public float* KeyPrefix;

        /// <summary>Products of all earlier value decays [C+1, V].</summary>
        public float* ValuePrefix;

        /// <summary>q as it meets the incoming state [ReadRows, K].</summary>
        public float* InitialQuery;

        /// <summary>k as it stands in the outgoing state [WriteRows, K].</summary>
        public float* EndKey;

        /// <summary>w as it stands in the outgoing state [WriteRows, V].</summary>
        public float* EndWrite;

        /// <summary>Per-token decay only: the product of the decays between a write and a token, 0 for later writes [C+1, WriteRows].</summary>
        public float* Reach;

        /// <summary>Undecayed Gram matrix [ReadRows, WriteRows], 0 for later writes.</summary>
        public float* RawGram;

        /// <summary>Decayed Gram matrix [ReadRows, WriteRows], 0 for later writes.</summary>
        public float* Gram;

        /// <summary>Room for a transposed matrix.</summary>
        public float* Transposed;

        /// <summary>The gradient of rho, with what feedback adds [ReadRows, V].</summary>
        public float* ReadGradient;

        /// <summary>The same as it meets the incoming state [ReadRows, V].</summary>
        public float* InitialReadGradient;

        /// <summary>The gradient of w [WriteRows, V].</summary>
        public float* WriteGradient;

        /// <summary>What the outgoing state's gradient says of w [WriteRows, V].</summary>
        public float* EndWriteGradient;

        /// <summary>What the incoming state says of rho, without value decay [ReadRows, V].</summary>
        public float* InitialRead;

        /// <summary>Products of read gradients and writes [ReadRows, WriteRows].</summary>
        public float* Pairing;

        /// <summary>The gradient of q [ReadRows, K].</summary>
        public float* QueryGradient;

        /// <summary>The gradient of k [WriteRows, K].</summary>
        public float* KeyGradient;

        /// <summary>The gradient of a decay [C, K] or [C, V].</summary>
        public float* DecayGradient;

        /// <summary>A decayed row at each token [C, K] or [C, V].</summary>
        public float* Trail;

        /// <summary>One row of K, V or WriteRows.</summary>
        public float* Line;

        private float* next;

        /// <summary>The end of what is used.</summary>
        public readonly float* End => next;

        public static Workspace Lay(in MemoryOperands operands, float* scratch, bool adjoint)
        {
            var space = new Workspace
            {
                Tokens = operands.Tokens,
                Keys = operands.Keys,
                Values = operands.Values,
                Reads = operands.Reads,
                Writes = operands.Writes,
                KeyStride = operands.PaddedKeys,
                ValueStride = operands.PaddedValues,
                ReadRows = operands.Tokens * operands.Reads,
                WriteRows = operands.Tokens * operands.Writes,
                PairStride = Simd.Pad(operands.Tokens * operands.Writes),
                Kind = operands.KeyDecayKind,
                HasValueDecay = !operands.ValueDecay.IsNull,
                HasFeedback = operands.HasFeedback,
                next = scratch,
            };
            space.LayForward(adjoint);
            if (adjoint)
            {
                space.LayAdjoint();
            }

            return space;
        }

        private void LayForward(bool adjoint)
        {
            Query = Take(ReadRows, KeyStride);
            Key = Take(WriteRows, KeyStride);
            Read = Take(ReadRows, ValueStride);
            Write = Take(WriteRows, ValueStride);
            Gram = Take(ReadRows, PairStride);
            var widest = Math.Max(KeyStride, ValueStride);
            Transposed = Take(widest, Math.Max(widest, PairStride));
            switch (Kind)
            {
                case KeyDecayKind.PerToken:
                    KeyDecay = Take(1, Tokens);
                    KeyPrefix = Take(1, Tokens + 1);
                    Reach = Take(Tokens + 1, PairStride);
                    break;
                case KeyDecayKind.PerKey:
                    KeyDecay = Take(Tokens, KeyStride);
                    KeyPrefix = Take(Tokens + 1, KeyStride);
                    break;
            }

            RawGram = Kind == KeyDecayKind.PerToken && adjoint ? Take(ReadRows, PairStride) : Gram;
            InitialQuery = Kind == KeyDecayKind.None ? Query : Take(ReadRows, KeyStride);
            EndKey = Kind == KeyDecayKind.None ? Key : Take(WriteRows, KeyStride);
            EndWrite = Write;
            if (HasValueDecay)
            {
                ValueDecay = Take(Tokens, ValueStride);
                ValuePrefix = Take(Tokens + 1, ValueStride);
                EndWrite = Take(WriteRows, ValueStride);
            }
        }

        private void LayAdjoint()
        {
            var widest = Math.Max(KeyStride, ValueStride);
            ReadGradient = Take(ReadRows, ValueStride);
            WriteGradient = Take(WriteRows, ValueStride);
            Pairing = Take(ReadRows, PairStride);
            QueryGradient = Take(ReadRows, KeyStride);
            KeyGradient = Take(WriteRows, KeyStride);
            InitialReadGradient = ReadGradient;
            EndWriteGradient = WriteGradient;
            if (HasValueDecay)
            {
                InitialReadGradient = Take(ReadRows, ValueStride);
                EndWriteGradient = Take(WriteRows, ValueStride);
                InitialRead = Take(ReadRows, ValueStride);
            }

            if (HasValueDecay || Kind == KeyDecayKind.PerKey)
            {
                DecayGradient = Take(Tokens, widest);
                Trail = Take(Tokens, widest);
            }

            Line = Take(1, Math.Max(widest, PairStride));
        }

        private float* Take(nint rows, nint stride)
        {
            var block = next;
            next += ((rows * stride) + (Simd.Lanes - 1)) & ~(nint)(Simd.Lanes - 1);
            return block;
        }
    }
}
