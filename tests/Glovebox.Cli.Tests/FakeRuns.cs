using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;

namespace Glovebox.Cli.Tests;

/// <summary>Remembers what it was asked, and answers with <see cref="Run"/>.</summary>
internal sealed class FakeRuns : IRuns
{
    public Run Run { get; set; } = Sample.Run();
    public RunRequest? Request { get; private set; }
    public RunFilter? Filter { get; private set; }
    public RerunRequest? Rerun { get; private set; }
    public IReadOnlyList<OutputComparison>? Comparison { get; set; }
    public RunDiff Diff { get; set; } = new("a", "b", []);
    public List<string> Removed { get; } = [];
    public RunStreams? Streams { get; private set; }
    public string? OutputsDirectory { get; private set; }

    /// <summary>What the command does with its streams; may throw.</summary>
    public Action<RunStreams, CancellationToken> Command { get; set; } = (_, _) => { };

    public Task<Run> StartAsync(RunRequest request, RunStreams streams, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        (Request, Streams) = (request, streams);
        Command(streams, cancellation);
        return Task.FromResult(cancellation.IsCancellationRequested ? Run with { Status = ExecutionState.Cancelled } : Run);
    }

    public Task<RerunResult> RerunAsync(RerunRequest request, RunStreams streams, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        Rerun = request;
        return Task.FromResult(new RerunResult(Run, Comparison));
    }

    public Task<IReadOnlyList<Run>> ListAsync(RunFilter filter, CancellationToken cancellation)
    {
        Filter = filter;
        return Task.FromResult<IReadOnlyList<Run>>([Run]);
    }

    public Task<Run> GetAsync(string id, CancellationToken cancellation) =>
        Run.Id.Contains(id) ? Task.FromResult(Run) : throw RefusalException.NotFound($"no run '{id}'");

    public Task<Run> WaitAsync(string id, CancellationToken cancellation) => Task.FromResult(Run);
    public Task<Run> CancelAsync(string id, CancellationToken cancellation) => Task.FromResult(Run);

    public async Task CopyLogAsync(string id, Stream? output, Stream? error, bool follow, CancellationToken cancellation)
    {
        if (output is not null) await output.WriteAsync(new byte[] { 0xff, 0, (byte)'\n' }, cancellation);
        if (error is not null) await error.WriteAsync("err"u8.ToArray(), cancellation);
    }

    public Task<Run> CopyOutputsAsync(string id, string directory, CancellationToken cancellation)
    {
        OutputsDirectory = directory;
        return Task.FromResult(Run);
    }

    public Task<IReadOnlyList<MetricSeries>> SeriesAsync(string id, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<MetricSeries>>([]);

    public Task<RunDiff> DiffAsync(string a, string b, CancellationToken cancellation) => Task.FromResult(Diff);

    public Task RemoveAsync(string id, CancellationToken cancellation)
    {
        Removed.Add(id);
        return Task.CompletedTask;
    }
}

internal static class Sample
{
    public static Run Run() => new()
    {
        Id = "3fa2b81c09de",
        Status = ExecutionState.Succeeded,
        ExitCode = 0,
        Command = ["train.py", "--name", "a b"],
        Argv = ["python3", "train.py", "--name", "a b"],
        Params = new() { ["C"] = 0.5 },
        Metrics = new() { ["accuracy"] = 0.9736842105263158 },
        Environment = new RunEnvironment("train", "sha256:d1"),
        Image = "sha256:i1",
        Backend = "oci",
        Project = "/here",
        Tree = "t1",
        StartedAt = new DateTimeOffset(2026, 3, 1, 13, 0, 0, TimeSpan.FromHours(2)),
        DurationSeconds = 2.44,
        Usage = new ResourceUsage(2.1, 182 << 20),
        Outputs = [new RunOutput("metrics.json", "added", "file", 52, "ab12cd34ef56ab12cd34ef56ab12cd34ef56ab12cd34ef56ab12cd34ef56ab12")],
        Applied = true,
        Host = new RunHost("box", "6.1", "x86_64", "A CPU", 2, 8L << 30, []),
        Tags = ["night"],
    };
}
