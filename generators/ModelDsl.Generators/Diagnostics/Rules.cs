using Microsoft.CodeAnalysis;

namespace ModelDsl.Generators.Diagnostics;

/// <summary>The catalogue: every diagnostic of the generator. A message says what is wrong, why, and what to write instead.</summary>
internal static class Rules
{
    private const string Declaration = "ModelDsl.Declaration";
    private const string Language = "ModelDsl.Language";
    private const string Shape = "ModelDsl.Shape";
    private const string Numerics = "ModelDsl.Numerics";
    private const string Analysis = "ModelDsl.Analysis";

    // Declaration: the struct, its states, its Step.
    public static readonly DiagnosticDescriptor NotPartial = Error("MDSL001", Declaration,
        "A recurrence must be partial",
        "'{0}' must be declared partial: the generator adds its modes in another part. Write 'partial struct {0}'.");

    public static readonly DiagnosticDescriptor ContainerNotPartial = Error("MDSL002", Declaration,
        "A type around a recurrence must be partial",
        "'{0}' contains the recurrence '{1}' and must be declared partial too: the generator adds a part inside it");

    public static readonly DiagnosticDescriptor UnsupportedStruct = Error("MDSL003", Declaration,
        "A recurrence must be a plain struct",
        "'{0}' cannot be a recurrence because it is {1}. Write a plain 'partial struct', neither generic nor inside a generic type.");

    public static readonly DiagnosticDescriptor NoStep = Error("MDSL004", Declaration,
        "A recurrence needs one Step method",
        "'{0}' has {1} methods named Step, and needs exactly one: it says what happens to one token");

    public static readonly DiagnosticDescriptor UnsupportedStep = Error("MDSL005", Declaration,
        "Step has an unsupported form",
        "Step {0}. Write an instance method with a body that returns a Scalar, a Tensor, a complex one, or a tuple of them.");

    public static readonly DiagnosticDescriptor UnsupportedState = Error("MDSL006", Declaration,
        "A state has an unsupported form",
        "State '{0}' {1}. A state is an instance field of type Scalar, Tensor<A>, Tensor<A, B> or Tensor<A, B, C>, or of a complex one (ComplexScalar, ComplexTensor<A> and so on).");

    public static readonly DiagnosticDescriptor InitialValue = Error("MDSL007", Declaration,
        "A recurrence sets no initial values",
        "{0} of '{1}' would set the state before the first token, which the modes do not see. Remove it and pass the initial state when the recurrence is run.");

    public static readonly DiagnosticDescriptor UnsupportedParameter = Error("MDSL008", Declaration,
        "A parameter of Step has an unsupported form",
        "Parameter '{0}' {1}. An input is a plain parameter of type Scalar, Tensor<A>, Tensor<A, B> or Tensor<A, B, C>, or of a complex one (ComplexScalar, ComplexTensor<A> and so on); the token's index is a Scalar.");

    public static readonly DiagnosticDescriptor NoState = Error("MDSL009", Declaration,
        "A recurrence needs a state",
        "'{0}' has no field marked [State], so nothing is carried from one token to the next. Mark the field that is, or convolve with a kernel (Convolve, ConvolveByFrequency).");

    // Language: what Step may contain.
    public static readonly DiagnosticDescriptor UnsupportedStatement = Error("MDSL010", Language,
        "Statement not supported in Step",
        "Step may not contain {0}. It may contain locals, assignments, 'for' and 'if' with compile-time constant conditions, and 'return'.");

    public static readonly DiagnosticDescriptor UnsupportedExpression = Error("MDSL011", Language,
        "Expression not supported in Step",
        "Step may not contain {0}. {1}.");

    public static readonly DiagnosticDescriptor UnsupportedCall = Error("MDSL012", Language,
        "Call not supported in Step",
        "'{0}' cannot be called here: {1}. Call functions of ModelDsl.Functions, or helper methods in the same project, which are inlined.");

    public static readonly DiagnosticDescriptor Recursion = Error("MDSL013", Language,
        "Helper methods may not be recursive",
        "'{0}' calls itself ({1}), so it cannot be inlined. Write a 'for' with constant bounds.");

    public static readonly DiagnosticDescriptor ConditionNotConstant = Error("MDSL014", Language,
        "Condition is not a compile-time constant",
        "The condition does not follow from compile-time constants ({0}), and Step is the same for every token. Use Where(condition, x, y) to choose element by element.");

    public static readonly DiagnosticDescriptor LoopNotConstant = Error("MDSL015", Language,
        "Loop bounds are not constant",
        "The loop is unrolled, so its condition must follow from compile-time constants and integer locals alone: {0}");

    public static readonly DiagnosticDescriptor LoopTooLong = Error("MDSL016", Language,
        "Loop has too many iterations",
        "The loops of Step are unrolled and may run {0} iterations in all. Use an axis for what is the same for many elements.");

    public static readonly DiagnosticDescriptor UnknownField = Error("MDSL017", Language,
        "Field or property is neither a state nor a constant",
        "'{0}' is neither a state nor a compile-time constant. Mark it [State], make it const, or pass it to Step as a parameter ([Shared(Across.Time)] for one that does not change).");

    public static readonly DiagnosticDescriptor DeadAssignment = Error("MDSL019", Language,
        "State is assigned twice and the first value is never read",
        "State '{0}' is assigned again before the value assigned at line {1} was read, so that value is lost. Remove one of the assignments, or read the state in this one ('+=').");

    // Shape.
    public static readonly DiagnosticDescriptor RepeatedAxis = Error("MDSL021", Shape,
        "An axis appears twice",
        "'{0}' has the axis {1} twice, so that the two cannot be told apart by name. Declare a second marker type for one of them (Rename and As give an axis another name).");

    public static readonly DiagnosticDescriptor BadIndex = Error("MDSL022", Shape,
        "Index is not a valid constant",
        "The index into axis {0} {1}");

    public static readonly DiagnosticDescriptor StateNeverAssigned = Warning("MDSL023", Declaration,
        "State is never assigned",
        "State '{0}' is never assigned in Step, so it keeps its initial value. Assign it, or make it a parameter.");

    public static readonly DiagnosticDescriptor BadSize = Error("MDSL024", Shape,
        "Size of an axis does not fit",
        "Axis {0} {1}");

    public static readonly DiagnosticDescriptor ComplexForReal = Error("MDSL025", Shape,
        "A complex value stands where a real one is expected",
        "'{0}' is complex, but {1}. Write {2}.Re, {2}.Im or Abs({0}) for what is meant of it.");

    // Numerics.
    public static readonly DiagnosticDescriptor PositiveLogDecay = Error("MDSL030", Numerics,
        "Log-decay is a positive constant",
        "State '{0}' is multiplied by Exp({1}) at every token, so it grows without bound. A log-decay must not be positive: did you mean Exp(-{1})?");

    public static readonly DiagnosticDescriptor GrowingState = Warning("MDSL031", Numerics,
        "State is multiplied by a constant greater than one",
        "State '{0}' is multiplied by the constant {1} at every token: unless other terms cancel it, the state grows without bound");

    // Analysis.
    public static readonly DiagnosticDescriptor IllegalMode = Error("MDSL040", Analysis,
        "A required mode is not legal",
        "'{0}' requires mode {1}, which cannot be derived: {2}. Change this term, or remove {1} from Require.");

    public static readonly DiagnosticDescriptor UnknownMode = Error("MDSL041", Analysis,
        "What is required is no mode",
        "'{0}' requires {1}, which is not made of modes alone. Write {2}, or several of them with '|'.");

    // Mini-batches.
    public static readonly DiagnosticDescriptor StaleOfNoState = Error("MDSL050", Language,
        "Stale of what is not a state as it came in",
        "Stale gives a state as it stood at the start of the mini-batch, but {0}");

    public static readonly DiagnosticDescriptor BadMiniBatch = Error("MDSL051", Declaration,
        "Mini-batches do not fit the recurrence",
        "'{0}' {1}");

    // Convolutions with given kernels.
    public static readonly DiagnosticDescriptor KernelVaries = Error("MDSL060", Language,
        "A kernel is not the same for all tokens",
        "The kernel of {0} is the same for all tokens and all sequences, but {1}");

    public static readonly DiagnosticDescriptor OutsideKernel = Error("MDSL061", Language,
        "A lag, length or delay is used outside of a kernel",
        "'{0}' has a value in {1} only, and what stands here is none. Use it there, or use a parameter marked [TokenIndex].");

    public static readonly DiagnosticDescriptor NestedConvolution = Error("MDSL062", Language,
        "What is convolved is made of another convolution",
        "What {0} convolves here is made of another convolution, and one Step is cut at its convolutions once. Write two specs, and run one after the other with Then.");

    public static readonly DiagnosticDescriptor ConvolutionWithState = Error("MDSL063", Declaration,
        "A recurrence with a state convolves with a kernel of its own",
        "'{0}' has the state '{1}' and convolves too: a kernel has no form that goes token by token, so no mode would be left. Write two specs, and run one after the other with Then.");

    public static readonly DiagnosticDescriptor InternalError = Error("MDSL099", Analysis,
        "The compiler failed on this recurrence",
        "No code was generated for '{0}' because of an error in ModelDsl itself. Please report it with the spec: {1}.");

    private static DiagnosticDescriptor Error(string id, string category, string title, string message) =>
        new(id, title, message, category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    private static DiagnosticDescriptor Warning(string id, string category, string title, string message) =>
        new(id, title, message, category, DiagnosticSeverity.Warning, isEnabledByDefault: true);
}
