using System.Numerics;

namespace CharLanguageModel.Runtime;

/// <summary>xoshiro256**, whose whole state is four words: the same draws on every platform, and a state that fits a checkpoint.</summary>
internal sealed class DeterministicRandom
{
    private ulong _s0, _s1, _s2, _s3;

    /// <summary>Starts from a seed.</summary>
    public DeterministicRandom(ulong seed)
    {
        // SplitMix64, as the authors of xoshiro ask: it never gives four zeros.
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    /// <summary>The state as text: four hexadecimal words.</summary>
    public string State
    {
        get => $"{_s0:x16}-{_s1:x16}-{_s2:x16}-{_s3:x16}";
        set
        {
            var words = value.Split('-');
            if (words.Length != 4 || !words.All(w => ulong.TryParse(w, System.Globalization.NumberStyles.HexNumber, null, out _)))
            {
                throw new FormatException($"The state of the random numbers is '{value}'; expected four hexadecimal words joined by '-'.");
            }

            _s0 = Convert.ToUInt64(words[0], 16);
            _s1 = Convert.ToUInt64(words[1], 16);
            _s2 = Convert.ToUInt64(words[2], 16);
            _s3 = Convert.ToUInt64(words[3], 16);
        }
    }

    /// <summary>A number in [0, 1), with 53 random bits.</summary>
    public double NextDouble() => (NextWord() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number in [0, bound).</summary>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)Math.BigMul(NextWord(), (ulong)bound, out _);
    }

    private static ulong SplitMix(ref ulong seed)
    {
        seed += 0x9E3779B97F4A7C15;
        var z = seed;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private ulong NextWord()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }
}
