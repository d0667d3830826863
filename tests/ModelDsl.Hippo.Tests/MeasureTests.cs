namespace ModelDsl.Hippo.Tests;

/// <summary>Matrices and discretisations against those of the authors' code.</summary>
public class MeasureTests
{
    private const int Size = 8;
    private const double Step = 0.05, Alpha = 0, Beta = 0.01;

    private static readonly Golden s_golden = new("hippo_matrices");

    private static readonly Dictionary<string, LinearSystem> s_systems = new()
    {
        ["legs"] = Measures.LegS(Size),
        ["legt"] = Measures.LegT(Size),
        ["legt_s4halved"] = Measures.LegT(Size, isHalved: true),
        ["lmu"] = Measures.Lmu(Size),
        ["lagt"] = Measures.LagT(Size),
        ["tlagt"] = Measures.TLagT(Size, Beta),
        ["glagt"] = Measures.GLagT(Size, Alpha, Beta),
        ["fourier"] = Measures.Fourier(Size),
        ["foud"] = Measures.FouD(Size),
        ["legsd"] = Measures.LegSD(Size),
    };

    public static TheoryData<string> Names => [.. s_systems.Keys];

    public static IEnumerable<object[]> Discretized => new[] { "legs", "legt", "lagt", "lmu", "fourier" }
        .SelectMany(name => Enum.GetValues<Discretization>().Select(rule => new object[] { name, rule }));

    [Theory]
    [MemberData(nameof(Names))]
    public void SystemsAreTheAuthors(string name)
    {
        Golden.AssertClose(s_golden.Matrix("A_" + name).Enumerate(), s_systems[name].A.Enumerate(), "A");
        Golden.AssertClose(s_golden.Vector("B_" + name), s_systems[name].B, "B");
    }

    [Theory]
    [MemberData(nameof(Discretized))]
    public void DiscretisationsAreTheAuthors(string name, Discretization rule)
    {
        LinearSystem discrete = s_systems[name].Discretize(Step, rule);
        string suffix = $"{name}_{rule.ToString().ToLowerInvariant()}";
        Golden.AssertClose(s_golden.Matrix("dA_" + suffix).Enumerate(), discrete.A.Enumerate(), "A");
        Golden.AssertClose(s_golden.Vector("dB_" + suffix), discrete.B, "B");
    }

    [Theory]
    [InlineData("forward", Discretization.Forward)]
    [InlineData("backward", Discretization.Backward)]
    [InlineData("bilinear", Discretization.Bilinear)]
    [InlineData("zoh", Discretization.Zoh)]
    public void StepsThatShrinkWithTimeAreTheAuthors(string name, Discretization rule)
    {
        var golden = new Golden("hippo_legs_timevarying_" + name);
        for (int position = 1; position <= 2; position++)
        {
            LinearSystem step = Discretizer.ScaledStep(Measures.LegS(5), position, rule);
            Golden.AssertClose(golden.Matrix($"A_bar_t{position}").Enumerate(), step.A.Enumerate(), "A");
            Golden.AssertClose(golden.Vector($"B_bar_t{position}"), step.B, "B");
        }
    }

    /// <summary>The generalised family holds the tilted one: of order zero with a tilt of one they are the same.</summary>
    [Fact]
    public void GeneralisedLaguerreOfOrderZeroIsTiltedLaguerre()
    {
        LinearSystem general = Measures.GLagT(Size, 0, 1), plain = Measures.TLagT(Size, 1);
        Golden.AssertClose(plain.A.Enumerate(), general.A.Enumerate(), "A");
        Golden.AssertClose(plain.B, general.B, "B");
    }

    [Fact]
    public void OddSizesOfPairsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Measures.Fourier(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => NormalPlusLowRank.Of(CorrectedMeasure.LegS, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => DiagonalTransitions.Of(DiagonalInitialization.Lin, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Measures.LegS(0));
    }
}
