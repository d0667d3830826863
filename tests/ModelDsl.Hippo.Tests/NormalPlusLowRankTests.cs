using MathNet.Numerics.LinearAlgebra;
using Complex = System.Numerics.Complex;

namespace ModelDsl.Hippo.Tests;

/// <summary>Normal plus low-rank forms against those of the authors' code, in what does not depend on the phases of eigenvectors.</summary>
public class NormalPlusLowRankTests
{
    private const int Size = 8;

    private static readonly Golden s_golden = new("hippo_matrices");

    [Theory]
    [InlineData("legs", CorrectedMeasure.LegS)]
    [InlineData("legt", CorrectedMeasure.LegT)]
    [InlineData("fourier", CorrectedMeasure.Fourier)]
    public void FormsAreTheAuthorsUpToPhases(string name, CorrectedMeasure measure)
    {
        NormalPlusLowRank form = NormalPlusLowRank.Of(measure, Size);
        Vector<Complex> lambda = s_golden.ComplexVector($"nplr_{name}_Lambda");
        Golden.AssertClose(s_golden.Matrix("P_" + name).Enumerate(), Measures.RankCorrection(measure, Size).Enumerate(), "P");
        Golden.AssertClose(lambda.Real(), form.Lambda.Real(), "Re Lambda");
        Golden.AssertClose(lambda.Imaginary(), form.Lambda.Imaginary(), "Im Lambda");
        Golden.AssertClose(
            s_golden.ComplexMatrix($"nplr_{name}_P").Enumerate().Select(x => x.Magnitude), form.P.Enumerate().Select(x => x.Magnitude), "|P|");
        Golden.AssertClose(Measures.Of(measure, Size).A.Enumerate(), form.Transition().Enumerate(), "A from the form");
    }

    /// <summary>B is cut where its imaginary part exceeds 2, which depends on the phase; its own phase and the cut taken back, it is V^* B.</summary>
    [Theory]
    [InlineData(CorrectedMeasure.LegS)]
    [InlineData(CorrectedMeasure.LegT)]
    [InlineData(CorrectedMeasure.Fourier)]
    public void TheInputIsTheMeasuresInTheBasis(CorrectedMeasure measure)
    {
        NormalPlusLowRank form = NormalPlusLowRank.Of(measure, Size);
        Vector<Complex> whole = form.V.ConjugateTranspose() * Measures.Of(measure, Size).B.ToComplex();
        Golden.AssertClose(whole.Real(), form.B.Real(), "Re B");
        Golden.AssertClose(whole.Imaginary().Map(x => Math.Clamp(x, -2, 2)), form.B.Imaginary(), "Im B");
    }

    [Theory]
    [InlineData("lin", DiagonalInitialization.Lin)]
    [InlineData("inv", DiagonalInitialization.Inv)]
    [InlineData("inv2", DiagonalInitialization.Inv2)]
    [InlineData("quad", DiagonalInitialization.Quad)]
    [InlineData("real", DiagonalInitialization.Real)]
    [InlineData("legs", DiagonalInitialization.LegS)]
    public void DiagonalInitialisationsAreTheAuthors(string name, DiagonalInitialization initialization)
    {
        Vector<Complex> expected = new Golden("s4d_inits").ComplexVector("A_" + name), found = DiagonalTransitions.Of(initialization, Size);
        Golden.AssertClose(expected.Real(), found.Real(), "Re A");
        Golden.AssertClose(expected.Imaginary(), found.Imaginary(), "Im A");
    }

    /// <summary>The input of the LegS initialisation has an arbitrary phase: its magnitude is that of the uncut one where nothing was cut.</summary>
    [Fact]
    public void TheDiagonalInputOfLegSIsThatOfItsForm()
    {
        Vector<Complex> expected = new Golden("s4d_inits").ComplexVector("B_legs");
        NormalPlusLowRank form = NormalPlusLowRank.Of(CorrectedMeasure.LegS, Size);
        Vector<Complex> whole = form.V.ConjugateTranspose() * Measures.LegS(Size).B.ToComplex();
        for (int n = 0; n < expected.Count; n++)
        {
            bool isCut = Math.Abs(expected[n].Imaginary) >= 2 - 1e-6;
            Assert.True(isCut ? expected[n].Magnitude <= whole[n].Magnitude + 1e-5 : Math.Abs(expected[n].Magnitude - whole[n].Magnitude) < 1e-5, $"B[{n}]");
        }
    }
}
