using System.Text.RegularExpressions;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Execution;
using Glovebox.Jobs.Placement;
using Glovebox.Tests.Jobs.Nodes;

namespace Glovebox.Tests.Jobs.Placement;

public sealed class PlacementTests
{
    private static readonly HostSpec One = new("unix:///one"), Two = new("unix:///two");

    private readonly Dictionary<string, ScriptedBackend> _hosts = new()
    {
        [One.Address] = new ScriptedBackend { RunsImages = true, EndsWith = _ => null },
        [Two.Address] = new ScriptedBackend { RunsImages = true, EndsWith = _ => null },
    };

    private readonly HashSet<string> _away = [];

    [Fact]
    public async Task What_Glovebox_knows_runs_here_and_the_rest_on_the_first_group_that_takes_the_task()
    {
        await using var stage = new NodeStage();
        await StartAsync(stage, Group("all", ".*", null, One));
        var here = await stage.EndedAsync(await stage.SubmitAsync(Image("host")));
        Assert.Equal("local", here.Resource);
        var there = await stage.RunsAsync(await stage.SubmitAsync(Image("python:3")));
        Assert.Equal((One.Address, "python:3"), (there.Resource, there.Image));
        Assert.Equal("python:3", Assert.Single(_hosts[One.Address].Started).Image!.Name);
    }

    [Fact]
    public async Task What_nothing_takes_says_what_was_looked_for_where()
    {
        await using var stage = new NodeStage();
        await StartAsync(stage, Group("gpu", "^train", null, One));
        var ended = await stage.EndedAsync(await stage.SubmitAsync(Image("python:3"), task: "report"));
        Assert.Equal(FailureClass.Start, ended.FailureClass);
        Assert.Contains("python:3", ended.Error);
        Assert.Contains("'report'", ended.Error);
        Assert.Contains("gpu: ^train", ended.Error);
    }

    [Fact]
    public async Task A_full_group_makes_its_tasks_wait_and_no_others()
    {
        await using var stage = new NodeStage();
        await StartAsync(stage, Group("all", ".*", 1, One, Two));
        var ids = new[] { await stage.SubmitAsync(Image("a")), await stage.SubmitAsync(Image("b")), await stage.SubmitAsync(Image("c")) };
        // Which of the three, claimed in one go, is last is not promised.
        var all = await stage.UntilAsync(
            () => Task.WhenAll(ids.Select(stage.ShowAsync)), three => three.Count(e => e.Status == ExecutionState.Running) == 2);
        var placed = all.Where(e => e.Status == ExecutionState.Running).ToArray();
        var last = Array.FindIndex(all, e => e.Status != ExecutionState.Running);
        var first = Array.IndexOf(all, placed[0]);
        Assert.Equal(2, placed.Select(e => e.Resource).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(ExecutionState.Succeeded, (await stage.EndedAsync(await stage.SubmitAsync(task: "another"))).Status);
        await stage.UntilAsync(() => stage.ShowAsync(ids[last]), e => e.Status == ExecutionState.Queued);
        _hosts[placed[0].Resource!].End(ids[first], 0);
        Assert.Equal(placed[0].Resource, (await stage.RunsAsync(ids[last])).Resource);
    }

    /// <summary>Claimed in one go, prepared at once, and placed one by one all the same.</summary>
    [Fact]
    public async Task Those_that_wait_for_hosts_get_them_in_the_order_of_the_queue()
    {
        await using var stage = new NodeStage();
        var ids = new List<string>();
        for (var i = 0; i < 8; i++) ids.Add(await stage.SubmitAsync(Image($"image{i}")));
        var first = await stage.SubmitAsync(Image("first") with { Priority = 1 });
        await StartAsync(stage, Group("all", ".*", 1, One, Two));
        var begun = new List<string>();
        foreach (var id in ids.Prepend(first))
        {
            var running = await stage.RunsAsync(id);
            begun.Add(id);
            // Two places: the next in the queue has the other one.
            if (begun.Count < 2) continue;
            var oldest = await stage.ShowAsync(begun[0]);
            _hosts[oldest.Resource!].End(begun[0], 0);
            begun.RemoveAt(0);
            Assert.Equal(ExecutionState.Running, running.Status);
        }
        var order = _hosts.Values.SelectMany(host => host.Started).Count();
        Assert.Equal(9, order);
        var started = new List<JobExecution>();
        foreach (var id in ids.Prepend(first)) started.Add(await stage.ShowAsync(id));
        Assert.Equal(started.Select(e => e.Id), started.OrderBy(e => e.StartedAt).Select(e => e.Id));
    }

    [Fact]
    public async Task A_container_of_a_machine_that_is_gone_is_removed_by_whoever_reaches_its_host()
    {
        await using var stage = new NodeStage();
        var removed = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        string id = "", strange = $"job-{Guid.NewGuid()}";
        HostEngine Reach(HostSpec host) => Connect(host) with
        {
            Boxes = new HostBoxes(
                _ => Task.FromResult<IReadOnlyList<string>>([strange, "job-" + id, "somebody's"]),
                (box, _) =>
                {
                    removed.TrySetResult(box);
                    return Task.CompletedTask;
                }),
        };
        var first = await stage.StartNodeAsync(groups: [Group("all", ".*", null, One)], connect: Reach);
        id = await stage.SubmitAsync(Image("a"));
        await stage.RunsAsync(id);
        await first.DisposeAsync();
        await stage.StartNodeAsync(groups: [Group("all", ".*", null, One)], connect: Reach, home: stage.NewHome("other"));

        Assert.Equal(ExecutionState.Lost, (await stage.EndedAsync(id)).Status);
        Assert.Equal("job-" + id, await removed.Task.WaitAsync(NodeStage.Patience));
        removed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await stage.StartNodeAsync(groups: [Group("all", ".*", null, One)], connect: Reach, home: stage.NewHome("third"));
        Assert.Equal("job-" + id, await removed.Task.WaitAsync(NodeStage.Patience));
    }

    [Fact]
    public async Task A_host_that_does_not_answer_is_passed_over()
    {
        await using var stage = new NodeStage();
        _away.Add(One.Address);
        var resources = await StartAsync(stage, Group("all", ".*", null, One, Two));
        for (var i = 0; i < 4; i++)
            Assert.Equal(Two.Address, (await stage.RunsAsync(await stage.SubmitAsync(Image("a")))).Resource);
        var status = resources().Single(r => r.Name == One.Address);
        Assert.Equal(("open", false, "away"), (status.Circuit, status.Available, status.Error));
    }

    [Fact]
    public async Task A_host_that_fails_at_the_start_is_left_for_another()
    {
        await using var stage = new NodeStage();
        _hosts[One.Address].Broken = "connection lost";
        _hosts[One.Address].Breaks = () => _away.Add(One.Address);
        await StartAsync(stage, Group("all", ".*", null, One, Two));
        var id = await stage.SubmitAsync(Image("a"));
        await stage.UntilAsync(() => stage.ShowAsync(id), e => e.Status == ExecutionState.Running && e.Resource == Two.Address);
        Assert.Empty(_hosts[One.Address].Started);
    }

    [Fact]
    public async Task A_drained_host_gets_nothing()
    {
        await using var stage = new NodeStage();
        await stage.Store.Queue.SetDrainedAsync(One.Address, true, CancellationToken.None);
        await StartAsync(stage, Group("all", ".*", null, One, Two));
        Assert.Equal(Two.Address, (await stage.RunsAsync(await stage.SubmitAsync(Image("a")))).Resource);
        Assert.Equal(Two.Address, (await stage.RunsAsync(await stage.SubmitAsync(Image("b")))).Resource);
    }

    private static JobSpec Image(string name) => new() { Image = name, Command = ["true"] };

    private static ResourceSpec Group(string name, string match, int? most, params HostSpec[] hosts) =>
        new(name, new Regex(match, RegexOptions.None, TimeSpan.FromSeconds(1)), hosts, most);

    private async Task<Func<IReadOnlyList<ResourceStatus>>> StartAsync(NodeStage stage, ResourceSpec group)
    {
        Resources? made = null;
        await stage.StartNodeAsync(groups: [group], connect: Connect, made: resources => made = resources);
        return () => made!.Status(new Dictionary<string, int>());
    }

    private HostEngine Connect(HostSpec host) => new(
        _hosts[host.Address], _ => _away.Contains(host.Address) ? Task.FromException(new IOException("away")) : Task.CompletedTask);
}
