using Glovebox.Api.Runs;

namespace Glovebox.Api.Experiments;

/// <param name="Check">Run over each mixture's result, in its environment: 0 is good, 125 cannot say, everything else bad. Empty: see <paramref name="Where"/>.</param>
/// <param name="Where">Good when this holds of the mixture's run; null, without a check: when it succeeded.</param>
public sealed record BisectRequest(
    string Good, string Bad, IReadOnlyList<string> Check, string? Where, IReadOnlyDictionary<string, string> Secrets);

/// <summary>One mixture that was tried.</summary>
/// <param name="Changes">What of the bad run was in it.</param>
/// <param name="Verdict"><c>good</c>, <c>bad</c> or <c>skip</c>.</param>
/// <param name="Run">The mixture's run; empty where its packages did not go together.</param>
public sealed record BisectStep(int Number, IReadOnlyList<BisectChange> Changes, int Of, string Verdict, string Run);

/// <summary>Something in which the runs differ.</summary>
/// <param name="Kind"><c>command</c>, <c>param</c>, <c>variable</c>, <c>environment</c>, <c>package</c> or <c>code</c>.</param>
/// <param name="Name">Of the parameter, variable, package (<c>debian/jq</c>) or file; with a file <c>FILE hunk N</c> where a part of it was enough.</param>
public sealed record BisectChange(string Kind, string Name, string? Good, string? Bad, string? Patch = null);

/// <param name="Cause">The smallest set of changes found that makes the good run bad; leaving any one of them out does not.</param>
public sealed record BisectResult(string Good, string Bad, int Differences, IReadOnlyList<BisectChange> Cause, IReadOnlyList<BisectStep> Steps);
