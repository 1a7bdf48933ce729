using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Experiments;
using Glovebox.Api.Runs;
using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Experiments.Bisecting;
using Glovebox.Experiments.Comparing;
using Glovebox.Experiments.Plots;
using Glovebox.Experiments.Sweeps;
using Glovebox.Home;
using Glovebox.Runs.Tracking;
using Glovebox.Snapshots;

namespace Glovebox.Experiments;

/// <summary>Many runs together, in this process.</summary>
public sealed class ExperimentsFeature(
    GloveboxHome home, IRuns runs, ITrees trees, IBlobStore blobs, IEnvironmentMixtures mixtures, TimeProvider time) : IExperiments
{
    private readonly SelectedRuns _selected = new(runs);

    public async Task<RunComparison> CompareAsync(CompareRequest request, CancellationToken cancellation) =>
        RunComparer.Compare(await _selected.FindAsync(request.Selection, cancellation), request.Sort, request.OnlyChanged);

    public Task<Run> BestAsync(string metric, bool lowest, RunSelection selection, CancellationToken cancellation) =>
        _selected.BestAsync(Bare(metric), lowest, selection, cancellation);

    public async Task<byte[]> PlotAsync(PlotRequest request, CancellationToken cancellation)
    {
        var found = await _selected.FindAsync(request.Selection, cancellation);
        var metric = Bare(request.Metric);
        var chart = request.Against is { } against
            ? Charts.Scatter(found, metric, against)
            : await Charts.CurvesAsync(found, metric, runs, cancellation);
        return request.Format switch
        {
            PlotFormat.Svg => SvgPlot.Draw(chart, request.Width),
            PlotFormat.Png => PngPlot.Draw(chart, request.Width),
            _ => TextPlot.Draw(chart, request.Width),
        };
    }

    public Task<SweepResult> SweepAsync(
        SweepRequest request, IProgress<SweepProgress> progress, IProgress<BuildProgress> building, CancellationToken cancellation) =>
        new SweepRunner(home, runs, trees, time, progress, building).RunAsync(request, cancellation);

    public Task<BisectResult> BisectAsync(
        BisectRequest request, IProgress<BisectStep> progress, IProgress<BuildProgress> building, CancellationToken cancellation) =>
        new Bisection(runs, trees, blobs, mixtures, progress, building).RunAsync(request, cancellation);

    public byte[] ReportingFile(string language) => BoxTools.TextFor(language)
        ?? throw RefusalException.Bad($"no helper for '{language}'; there are python, r and shell");

    private static string Bare(string metric) => metric.StartsWith("metrics.", StringComparison.Ordinal) ? metric["metrics.".Length..] : metric;
}
