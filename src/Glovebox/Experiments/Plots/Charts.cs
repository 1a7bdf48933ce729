using System.Globalization;
using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Api.Runs;
using Glovebox.Experiments.Comparing;
using Glovebox.Runs;
using Glovebox.Runs.Tracking;
using Glovebox.Spelling;
using Glovebox.Values;

namespace Glovebox.Experiments.Plots;

/// <summary>Makes charts of runs.</summary>
internal static class Charts
{
    private const int MostCurves = 100, MostPoints = 2000;
    private const double WideRange = 50;

    public static async Task<Chart> CurvesAsync(IReadOnlyList<Run> found, string metric, IRuns runs, CancellationToken cancellation)
    {
        var series = new List<ChartSeries>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var run in found)
        {
            if (series.Count == MostCurves) break;
            var all = await runs.SeriesAsync(run.Id, cancellation);
            names.UnionWith(all.Select(s => s.Name));
            if (all.FirstOrDefault(s => s.Name == metric) is not { } one) continue;
            ChartPoint[] points =
                [.. one.Points.Where(p => double.IsFinite(p.Value) && double.IsFinite(p.Step)).Select(p => new ChartPoint(p.Step, p.Value)).OrderBy(p => p.X)];
            if (points.Length > 0) series.Add(new ChartSeries(NameOf(run), Thin(points)));
        }

        if (series.Count == 0) throw RefusalException.NotFound($"no run here has values of '{metric}' over steps{Nearest.Hint(metric, names)}");
        return new Chart(metric, "step", metric, series, Lines: true, LogX: false);
    }

    public static Chart Scatter(IReadOnlyList<Run> found, string metric, string against)
    {
        ChartPoint[] points = [.. found.Select(RunComparer.ValuesOf)
            .Select(values => (X: Scalars.NumberOf(values[against]), Y: Scalars.NumberOf(values["metrics." + metric])))
            .Where(p => p.X is { } x && p.Y is { } y && double.IsFinite(x) && double.IsFinite(y))
            .Select(p => new ChartPoint(p.X!.Value, p.Y!.Value)).OrderBy(p => p.X)];
        if (points.Length == 0)
        {
            var names = found.SelectMany(run => RunComparer.ValuesOf(run).Select(v => v.Key)).Distinct().ToList();
            throw RefusalException.NotFound($"no run here has numbers for both {against} and metrics.{metric}{Nearest.Hint(against, names)}");
        }

        var log = points[0].X > 0 && points[^1].X / points[0].X >= WideRange;
        return new Chart($"{metric} by {against}", against, metric, [new ChartSeries($"{points.Length} runs", points)], Lines: false, log);
    }

    // A screen has no room for more, and the extremes matter most: of each stretch the least and the greatest are kept.
    private static ChartPoint[] Thin(ChartPoint[] points)
    {
        if (points.Length <= MostPoints) return points;
        var ends = points.Chunk(2 * points.Length / MostPoints).SelectMany(part => new[] { part.MinBy(p => p.Y), part.MaxBy(p => p.Y) }.OrderBy(p => p.X));
        return [points[0], .. ends, points[^1]];
    }

    // 1.778 for what a logarithmic range made 1.77827941004.
    private static string Short(JsonNode? value) =>
        Scalars.NumberOf(value) is { } number && double.IsFinite(number) ? number.ToString("G4", CultureInfo.InvariantCulture) : ParamValues.TextOf(value);

    private static string NameOf(Run run)
    {
        var given = string.Join(' ', run.Params.Where(p => p.Value is JsonValue).Take(3).Select(p => $"{p.Key}={Short(p.Value)}"));
        return given.Length == 0 ? run.Id : $"{run.Id[..6]} {given}";
    }
}
