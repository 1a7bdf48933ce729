using System.Text;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Api.Runs;
using Glovebox.Backends.Native;
using Glovebox.Backends.Oci;
using Glovebox.Jobs.Logs;

namespace Glovebox.Tests.Conformance.Jobs;

/// <summary>Nodes with boxes and processes that are really there.</summary>
public sealed class RealNodeTests : IDisposable
{
    private readonly OciBackend _oci = new(TimeProvider.System);

    public void Dispose() => _oci.Dispose();

    [Fact]
    public async Task A_job_runs_in_a_box_of_its_own_and_leaves_its_outputs()
    {
        await using var site = new RealNode(_oci);
        await site.StartAsync();
        var id = await site.SubmitAsync(RealNode.Shell("cat in.txt; mkdir out; echo $GLOVEBOX_TASK > out/result; ln -s /etc/shadow out/link; echo mine > /new; echo err >&2; echo rest > rest") with
        {
            Files = [new JobFile("in.txt", "given\n"u8.ToArray())], Outputs = ["out"], Limits = new RunLimits(100_000_000, null, 64, null, 60),
        });
        var ended = await site.EndedAsync(id);
        Assert.Equal((ExecutionState.Succeeded, 0, null), (ended.Status, ended.ExitCode, ended.Error));
        Assert.Equal(("given\n".Length, "err\n".Length, "sha256:1", "oci"), ((int)ended.StdoutBytes, (int)ended.StderrBytes, ended.Image, ended.Backend));
        Assert.Equal([("out", "directory"), ("out/link", "symlink"), ("out/result", "file")], ended.Outputs.Select(o => (o.Path, o.Kind)));
        Assert.NotNull(ended.Usage?.CpuSeconds);
        using var logs = new ExecutionLogs(site.Home, site.Store.Queue, TimeProvider.System);
        using var result = new StreamReader(logs.OpenOutput(ended, "out/result"));
        Assert.Equal("task\n", await result.ReadToEndAsync(TestContext.Current.CancellationToken));
        await ClosedAsync(site, id);
        var root = Path.Combine(site.Home.Executions, id);
        Assert.Equal(["log", "store", "work"], Directory.EnumerateFileSystemEntries(root).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.Equal(["out"], Directory.EnumerateFileSystemEntries(Path.Combine(root, "work")).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public async Task Running_boxes_outlive_their_node_with_whole_logs_and_right_codes()
    {
        const int boxes = 12;
        await using var site = new RealNode(_oci);
        var first = await site.StartAsync(slots: boxes);
        var ids = await Task.WhenAll(Enumerable.Range(0, boxes).Select(i => site.SubmitAsync(
            RealNode.Shell($"echo begin; while [ ! -e go ]; do sleep 0.1; done; echo end; echo ran >> count; exit {i}") with { Outputs = ["count"] })));
        using var logs = new ExecutionLogs(site.Home, site.Store.Queue, TimeProvider.System);
        foreach (var id in ids)
        {
            var running = await site.UntilAsync(id, e => e.Status == ExecutionState.Running);
            var begun = await logs.ReadAsync(running, LogStream.Stdout, 0, wait: true, _ => Task.FromResult(running), CancellationToken.None);
            Assert.Equal("begin\n", Encoding.UTF8.GetString(begun.Bytes.Span));
        }
        await first.DisposeAsync();
        for (var i = 0; i < boxes / 2; i++) await GoAsync(site, ids[i]);
        var second = await site.StartAsync(slots: boxes);
        for (var i = boxes / 2; i < boxes; i++) await GoAsync(site, ids[i]);
        for (var i = 0; i < boxes; i++)
        {
            var ended = await site.EndedAsync(ids[i]);
            Assert.Equal((i, second.Id), (ended.ExitCode, ended.Node));
            var piece = await logs.ReadAsync(ended, LogStream.Stdout, 0, wait: true, _ => Task.FromResult(ended), CancellationToken.None);
            Assert.Equal("begin\nend\n", Encoding.UTF8.GetString(piece.Bytes.Span));
            using var count = new StreamReader(logs.OpenOutput(ended, "count"));
            Assert.Equal("ran\n", await count.ReadToEndAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_cancelled_box_a_late_one_and_a_greedy_one_have_their_own_classes()
    {
        await using var site = new RealNode(_oci);
        await site.StartAsync();
        var late = await site.SubmitAsync(RealNode.Shell("sleep 1000") with { Limits = new RunLimits(null, null, null, null, 0.3), GraceSeconds = 0 });
        var greedy = await site.SubmitAsync(RealNode.Shell("head -c 200m /dev/zero | tail") with { Limits = new RunLimits(20_000_000, null, null, null, 60) });
        var missing = await site.SubmitAsync(new JobSpec { Environment = "host", Command = ["no-such-command"] });
        var cancelled = await site.SubmitAsync(RealNode.Shell("sleep 1000") with { GraceSeconds = 0 });
        await site.UntilAsync(cancelled, e => e.Status == ExecutionState.Running);
        await site.Store.Jobs.CancelExecutionAsync(cancelled, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        Assert.Equal(FailureClass.Cancelled, (await site.EndedAsync(cancelled)).FailureClass);
        Assert.Equal(FailureClass.Timeout, (await site.EndedAsync(late)).FailureClass);
        Assert.Equal(FailureClass.OutOfMemory, (await site.EndedAsync(greedy)).FailureClass);
        var refused = await site.EndedAsync(missing);
        Assert.Equal((FailureClass.Start, 127), (refused.FailureClass, refused.ExitCode));
    }

    [Fact]
    public async Task Volumes_are_mounted_below_allowed_folders_alone()
    {
        await using var site = new RealNode(_oci);
        var allowed = Directory.CreateDirectory(Path.Combine(site.Home.Root, "data")).FullName;
        File.CreateSymbolicLink(Path.Combine(allowed, "link"), "/etc");
        await site.StartAsync(volumes: [allowed]);
        Task<string> Submit(string source) => site.SubmitAsync(RealNode.Shell("echo hi > /data/x") with { Volumes = [new JobVolume(source, "/data")] });
        Assert.Equal(ExecutionState.Succeeded, (await site.EndedAsync(await Submit(allowed))).Status);
        Assert.Equal("hi\n", await File.ReadAllTextAsync(Path.Combine(allowed, "x"), TestContext.Current.CancellationToken));
        foreach (var source in (string[])["/etc", allowed + "/../..", allowed + "/link", allowed + "/link/apt"])
        {
            var refused = await site.EndedAsync(await Submit(source));
            Assert.Equal((source, FailureClass.Start), (source, refused.FailureClass));
            Assert.Contains("volume", refused.Error);
        }
    }

    [Fact]
    public async Task A_cut_log_is_recorded_as_cut()
    {
        await using var site = new RealNode(_oci);
        await site.StartAsync(logLimit: 50_000);
        var ended = await site.EndedAsync(await site.SubmitAsync(RealNode.Shell("yes | head -c 1000000; exit 4")));
        Assert.Equal((true, 4), (ended.LogCut, ended.ExitCode));
        Assert.InRange(ended.StdoutBytes, 1, 50_000);
    }

    [Fact]
    public async Task Plain_commands_are_drained_by_the_hundreds()
    {
        const int jobs = 300;
        await using var site = new RealNode(new NativeBackend(TimeProvider.System));
        var ids = await Task.WhenAll(Enumerable.Range(0, jobs).Select(_ => site.SubmitAsync(new JobSpec { Environment = "host", Command = ["/bin/true"] })));
        var began = TimeProvider.System.GetTimestamp();
        var self = Environment.CpuUsage;
        await site.StartAsync(slots: 16);
        foreach (var id in ids) Assert.Equal(ExecutionState.Succeeded, (await site.EndedAsync(id)).Status);
        TestContext.Current.SendDiagnosticMessage(
            $"{jobs / TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} native jobs a second, "
            + $"each {(Environment.CpuUsage.UserTime - self.UserTime).TotalMilliseconds / jobs:0.00} ms user and "
            + $"{(Environment.CpuUsage.PrivilegedTime - self.PrivilegedTime).TotalMilliseconds / jobs:0.00} ms system here");
    }

    private static Task GoAsync(RealNode site, string id) =>
        File.WriteAllTextAsync(Path.Combine(site.Home.Executions, id, "work", "go"), "", TestContext.Current.CancellationToken);

    private static async Task ClosedAsync(RealNode site, string id)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Directory.Exists(Path.Combine(site.Home.Executions, id, "box")) && !patience.IsCancellationRequested) await Task.Yield();
    }
}
