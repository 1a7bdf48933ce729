using System.Text;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;

namespace Glovebox.Tests.Jobs.Nodes;

public sealed class NodeTests
{
    [Fact]
    public async Task A_submit_wakes_the_node()
    {
        await using var stage = new NodeStage();
        await stage.StartNodeAsync(change: s => s with { Beat = TimeSpan.FromHours(1) });
        var ended = await stage.EndedAsync(await stage.SubmitAsync());
        Assert.Equal((ExecutionState.Succeeded, "local", "scripted"), (ended.Status, ended.Resource, ended.Backend));
        Assert.Equal("job-" + ended.Id, ended.Instance);
    }

    [Fact]
    public async Task A_time_that_comes_wakes_the_node()
    {
        await using var stage = new NodeStage();
        await stage.StartNodeAsync(change: s => s with { Beat = TimeSpan.FromHours(1) });
        var at = TimeProvider.System.GetUtcNow().AddMilliseconds(300);
        await stage.EndedAsync(await stage.SubmitAsync(availableAt: at));
        Assert.True(TimeProvider.System.GetUtcNow() >= at);
    }

    [Fact]
    public async Task Its_slots_are_its_bound()
    {
        await using var stage = new NodeStage();
        stage.Backend.EndsWith = _ => null;
        var node = await stage.StartNodeAsync(change: s => s with { Slots = 2 });
        var ids = new[] { await stage.SubmitAsync(), await stage.SubmitAsync(), await stage.SubmitAsync() };
        await stage.RunsAsync(ids[0]);
        await stage.RunsAsync(ids[1]);
        Assert.Equal((2, ExecutionState.Queued), (node.Running, (await stage.ShowAsync(ids[2])).Status));
        stage.Backend.End(ids[1], 0);
        await stage.RunsAsync(ids[2]);
    }

    [Fact]
    public async Task What_has_ended_and_is_only_removed_needs_no_slot()
    {
        await using var stage = new NodeStage();
        var gate = new Gate(at: 5);
        var node = await stage.StartNodeAsync(backend: new GatedBackend(stage.Backend, gate), change: s => s with { Slots = 1 });
        await stage.SubmitAsync();
        Assert.Equal("before removal of the box", await gate.Closed.WaitAsync(NodeStage.Patience));
        await stage.RunsAsync(await stage.SubmitAsync());
        Assert.Equal(2, node.Running);
        await NodeStage.KillAsync(node, gate);
    }

    [Fact]
    public async Task A_cancelled_box_is_ended()
    {
        await using var stage = new NodeStage();
        stage.Backend.EndsWith = _ => null;
        await stage.StartNodeAsync(change: s => s with { Beat = TimeSpan.FromHours(1) });
        var id = await stage.SubmitAsync();
        await stage.RunsAsync(id);
        await stage.Store.Jobs.CancelExecutionAsync(id, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        var ended = await stage.EndedAsync(id);
        Assert.Equal((ExecutionState.Cancelled, FailureClass.Cancelled), (ended.Status, ended.FailureClass));
    }

    [Fact]
    public async Task What_does_not_start_says_why_and_is_retried_as_its_policy_says()
    {
        await using var stage = new NodeStage();
        stage.Backend.Broken = "no engine here";
        await stage.StartNodeAsync();
        var id = await stage.SubmitAsync(NodeStage.Spec() with { Retry = new RetryPolicy { Limit = 1, DelaySeconds = 0, Jitter = 0 } });
        var ended = await stage.EndedAsync(id);
        Assert.Equal((FailureClass.Start, 125, "no engine here", true), (ended.FailureClass, ended.ExitCode, ended.Error, ended.Retried));
    }

    [Fact]
    public async Task An_environment_that_a_plain_machine_has_not_is_a_start_failure()
    {
        await using var stage = new NodeStage();
        await stage.StartNodeAsync();
        var ended = await stage.EndedAsync(await stage.SubmitAsync(NodeStage.Spec() with { Environment = "analysis" }));
        Assert.Equal(FailureClass.Start, ended.FailureClass);
        Assert.Contains("'analysis'", ended.Error);
        Assert.Empty(stage.Backend.Started);
    }

    [Fact]
    public async Task The_command_gets_its_files_values_and_variables()
    {
        await using var stage = new NodeStage();
        string? content = null;
        stage.Backend.EndsWith = request =>
        {
            content = File.ReadAllText(Path.Combine(request.WorkingDirectory, "in/data.txt"));
            File.WriteAllText(Path.Combine(request.WorkingDirectory, "out.txt"), "result");
            File.WriteAllText(Path.Combine(request.WorkingDirectory, "rest.txt"), "dropped");
            return 0;
        };
        await stage.StartNodeAsync();
        var id = await stage.SubmitAsync(NodeStage.Spec("train", "{lr}", "{other}", "x{index}") with
        {
            Array = new JobArray(null, null, [new ArrayParameter("lr", ["0.1"])]),
            Files = [new JobFile("in/data.txt", "given"u8.ToArray())],
            Outputs = ["out.txt"],
            Variables = new Dictionary<string, string> { ["MINE"] = "1" },
        });
        var ended = await stage.EndedAsync(id);
        var request = Assert.Single(stage.Backend.Started);
        Assert.Equal("given", content);
        Assert.Equal(["train", "0.1", "{other}", "x0"], request.Command);
        Assert.Equal(
            ("1", "0.1", "0", id, "1"),
            (request.Environment["MINE"], request.Environment["GLOVEBOX_PARAM_LR"], request.Environment["GLOVEBOX_ARRAY_INDEX"],
                request.Environment["GLOVEBOX_EXECUTION_ID"], request.Environment["GLOVEBOX_ATTEMPT"]));
        var output = Assert.Single(ended.Outputs);
        Assert.Equal(("out.txt", 6L, "file"), (output.Path, output.Size, output.Kind));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("result"u8)), output.Sha256);
        using var logs = stage.Logs();
        using var kept = new StreamReader(logs.OpenOutput(ended, "out.txt"));
        Assert.Equal("result", await kept.ReadToEndAsync());
        var refused = Assert.Throws<Api.RefusalException>(() => logs.OpenOutput(ended, "rest.txt"));
        Assert.Contains("out.txt", refused.Message);
    }

    [Fact]
    public async Task A_success_without_its_output_is_none()
    {
        await using var stage = new NodeStage();
        await stage.StartNodeAsync();
        var ended = await stage.EndedAsync(await stage.SubmitAsync(NodeStage.Spec() with { Outputs = ["model.bin"] }));
        Assert.Equal((ExecutionState.Failed, FailureClass.MissingOutput, 0), (ended.Status, ended.FailureClass, ended.ExitCode));
        Assert.Contains("model.bin", ended.Error);
    }

    [Fact]
    public async Task A_follower_sees_the_log_grow_and_end()
    {
        await using var stage = new NodeStage();
        stage.Backend.EndsWith = _ => null;
        await stage.StartNodeAsync();
        using var logs = stage.Logs();
        var id = await stage.SubmitAsync();
        var execution = await stage.ShowAsync(id);
        var first = await ReadAsync(0);
        Assert.Equal("hello\n", Encoding.UTF8.GetString(first.Bytes.Span));
        var second = ReadAsync(first.Position);
        Assert.False(second.IsCompleted);
        await File.AppendAllTextAsync(stage.FolderOf(id).Log, "2026-01-31T23:59:59.1234567Z stdout P more\n");
        Assert.Equal("more", Encoding.UTF8.GetString((await second.WaitAsync(NodeStage.Patience)).Bytes.Span));
        var third = ReadAsync((await second).Position);
        stage.Backend.End(id, 0);
        Assert.True((await third.WaitAsync(NodeStage.Patience)).Ended);

        Task<LogPiece> ReadAsync(long position) => logs.ReadAsync(
            execution, LogStream.Stdout, position, wait: true, async _ => execution = await stage.ShowAsync(id), CancellationToken.None);
    }
}
