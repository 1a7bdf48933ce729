using Glovebox.Api.Functions;

namespace Glovebox.Functions.Contracts;

/// <summary>How a function's code takes parameters, as it was found or told.</summary>
/// <param name="Handler">In the form of <see cref="Pool.FunctionPlan.Handler"/>.</param>
/// <param name="Detected">For a person: what was found, and where.</param>
internal sealed record Contract(ContractKind Kind, string Handler, string Detected);
