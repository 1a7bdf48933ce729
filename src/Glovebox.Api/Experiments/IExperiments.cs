using Glovebox.Api.Environments;
using Glovebox.Api.Runs;

namespace Glovebox.Api.Experiments;

/// <summary>Many runs together: compared, drawn, swept through a space of parameters, and searched for the change that made a difference.</summary>
public interface IExperiments
{
    /// <summary>One row a run, one column a value; rows as selected, or sorted.</summary>
    Task<RunComparison> CompareAsync(CompareRequest request, CancellationToken cancellation);

    /// <summary>The succeeded run whose metric is highest, or lowest; of equal ones the newest. A value that is no number does not count.</summary>
    /// <exception cref="RefusalException">No run has that metric.</exception>
    Task<Run> BestAsync(string metric, bool lowest, RunSelection selection, CancellationToken cancellation);

    /// <summary>Draws a metric over steps, or against a parameter.</summary>
    Task<byte[]> PlotAsync(PlotRequest request, CancellationToken cancellation);

    /// <summary>
    /// Runs every point of a space, or those that have not succeeded yet of an earlier sweep. Points that fail do not stop it. Cancelling ends
    /// the running points, which are recorded as cancelled; it does not throw.
    /// </summary>
    Task<SweepResult> SweepAsync(SweepRequest request, IProgress<SweepProgress> progress, IProgress<BuildProgress> building, CancellationToken cancellation);

    /// <summary>Finds the smallest set of changes that makes the good run bad, by running mixtures of the two.</summary>
    Task<BisectResult> BisectAsync(BisectRequest request, IProgress<BisectStep> progress, IProgress<BuildProgress> building, CancellationToken cancellation);

    /// <summary>The file with which a script reports, for use outside of a box.</summary>
    /// <param name="language"><c>python</c>, <c>r</c> or <c>shell</c>.</param>
    byte[] ReportingFile(string language);
}

/// <summary>Which runs. With nothing given: the newest <paramref name="Last"/> that hold.</summary>
/// <param name="Ids">Any unique parts of ids; then nothing else counts.</param>
/// <param name="Last">At most so many, the newest.</param>
/// <param name="Where">A condition, as for lists.</param>
/// <param name="Project">Only runs of the project whose root this is.</param>
public sealed record RunSelection(IReadOnlyList<string> Ids, int? Last = null, string? Where = null, string? Project = null);
