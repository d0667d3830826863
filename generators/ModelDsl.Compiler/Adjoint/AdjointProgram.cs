using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Adjoint;

/// <summary>
/// The reversed program. Gradients of outputs flow to the sequences that the last component computed; its engine's adjoint turns them
/// into gradients of its operands; these flow on to the component before it, and at last to the inputs.
/// </summary>
/// <param name="Program">The forward program; its graph now holds the gradients' nodes too.</param>
/// <param name="Components">For each component, what its adjoint consumes.</param>
/// <param name="InputGradients">For each input the node of its gradient per token and head, or null if it has none.</param>
public sealed record AdjointProgram(
    SequenceProgram Program, IReadOnlyList<ComponentAdjoint> Components, IReadOnlyList<int?> InputGradients);

/// <param name="Reads">For a memory: the gradient of each read.</param>
/// <param name="Previous">For each state: the gradient of its value before the token, from outside the component.</param>
/// <param name="Next">For each state: the gradient of its value after the token, from outside the component.</param>
/// <param name="Recurrent">For a sequential component, per state: the gradient of its value before the token, through the update.</param>
/// <param name="OperandGradients">The given nodes of the operands' gradients; -1 for those that get theirs through the update as the spec has it.</param>
/// <param name="Slope">For a state carried element by element over another semiring than the numbers': what a change of the state before a token makes of the state after it.</param>
public sealed record ComponentAdjoint(
    IReadOnlyList<int?> Reads,
    IReadOnlyList<int?> Previous,
    IReadOnlyList<int?> Next,
    IReadOnlyList<int?> Recurrent,
    IReadOnlyList<int> OperandGradients,
    Operand? Slope);
