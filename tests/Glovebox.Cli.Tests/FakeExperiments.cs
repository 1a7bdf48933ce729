using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Execution;
using Glovebox.Api.Experiments;
using Glovebox.Api.Runs;

namespace Glovebox.Cli.Tests;

/// <summary>Remembers what it was asked, and answers with two runs.</summary>
internal sealed class FakeExperiments : IExperiments
{
    public CompareRequest? Compared { get; private set; }
    public PlotRequest? Plotted { get; private set; }
    public (string Metric, bool Lowest, RunSelection Selection)? Best { get; private set; }
    public SweepRequest? Sweep { get; private set; }
    public BisectRequest? Bisect { get; private set; }

    public RunComparison Comparison { get; set; } = new(
        ["status", "params.lr", "metrics.loss"],
        [
            new ComparedRun("aaaa00000001", new JsonObject { ["status"] = "succeeded", ["params.lr"] = 0.1, ["metrics.loss"] = 0.123456789 }),
            new ComparedRun("bbbb00000002", new JsonObject { ["status"] = "failed, \"so\"", ["params.lr"] = "a|b" }),
        ]);

    /// <summary>Of three points, how many succeeded.</summary>
    public int Succeeded { get; set; } = 3;

    public Task<RunComparison> CompareAsync(CompareRequest request, CancellationToken cancellation)
    {
        Compared = request;
        return Task.FromResult(Comparison);
    }

    public Task<Run> BestAsync(string metric, bool lowest, RunSelection selection, CancellationToken cancellation)
    {
        Best = (metric, lowest, selection);
        return Task.FromResult(Sample.Run());
    }

    public Task<byte[]> PlotAsync(PlotRequest request, CancellationToken cancellation)
    {
        Plotted = request;
        return Task.FromResult("drawn\n"u8.ToArray());
    }

    public Task<SweepResult> SweepAsync(
        SweepRequest request, IProgress<SweepProgress> progress, IProgress<BuildProgress> building, CancellationToken cancellation)
    {
        Sweep = request;
        var run = Sample.Run() with { Sweep = "5555aaaa6666" };
        progress.Report(new SweepProgress("5555aaaa6666", ["lr=0.1"], null, 0, 0, 3));
        progress.Report(new SweepProgress("5555aaaa6666", ["lr=0.1"], run, 1, 0, 3));
        progress.Report(new SweepProgress("5555aaaa6666", ["lr=\e[31m"], run with { Status = ExecutionState.Failed, ExitCode = 3 }, 2, 1, 3));
        return Task.FromResult(new SweepResult("5555aaaa6666", 3, Succeeded, 3 - Succeeded, 0, request.Random is null ? null : 7, [run]));
    }

    public Task<BisectResult> BisectAsync(
        BisectRequest request, IProgress<BisectStep> progress, IProgress<BuildProgress> building, CancellationToken cancellation)
    {
        Bisect = request;
        var step = new BisectStep(1, [], 2, "good", "cccc00000003");
        progress.Report(step);
        BisectChange[] cause = [new("param", "lr", "0.1", "0.5"), new("code", "a.py", null, null, "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-1\n+2\n")];
        return Task.FromResult(new BisectResult(request.Good, request.Bad, 4, cause, [step]));
    }

    public byte[] ReportingFile(string language) => language == "python" ? "import json\n"u8.ToArray() : throw RefusalException.Bad($"no helper for '{language}'");
}
