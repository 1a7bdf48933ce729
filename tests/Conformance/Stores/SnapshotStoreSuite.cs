using Glovebox.Api.Snapshots;
using Glovebox.Snapshots.Records;

namespace Glovebox.Tests.Conformance.Stores;

/// <summary>What every <see cref="ISnapshotStore"/> does.</summary>
public abstract class SnapshotStoreSuite : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    protected abstract ISnapshotStore Store { get; }

    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    protected abstract void Close();

    [Fact]
    public async Task A_snapshot_comes_back_as_it_was_written()
    {
        var snapshot = Sample('a', "naïve 'quotes' \n lines", label: "x/y") with
        {
            Config = new() { ["lr"] = 0.1, ["deep"] = new System.Text.Json.Nodes.JsonObject { ["k"] = null } },
            Metrics = [new MetricsVersion(1, Start, new() { ["loss"] = 0.25 })],
            Environment = "sha256:abc",
            FilesTree = Id('f'),
            Files = ["data"],
        };
        await Store.ChangeAsync(snapshot.Id, _ => snapshot, None);
        var found = Assert.Single(await Store.FindAsync(snapshot.Id, 2, None));
        Assert.Equal(snapshot.Entries[0].Message, found.Entries[0].Message);
        Assert.Equal(snapshot.Entries[0].Sources, found.Entries[0].Sources);
        Assert.Equal(snapshot.Entries[0].CreatedAt, found.Entries[0].CreatedAt);
        Assert.Equal(snapshot.Config.ToJsonString(), found.Config.ToJsonString());
        Assert.Equal(snapshot.Metrics[0].Values.ToJsonString(), found.Metrics[0].Values.ToJsonString());
        Assert.Equal((snapshot.Tree, snapshot.Environment, snapshot.FilesTree, snapshot.Count, snapshot.Bytes), (found.Tree, found.Environment, found.FilesTree, found.Count, found.Bytes));
    }

    [Fact]
    public async Task Changes_of_one_record_follow_each_other()
    {
        await AddAsync(Sample('a', "0"));
        await Task.WhenAll(Enumerable.Range(1, 20).Select(i => Task.Run(() => Store.ChangeAsync(
            Id('a'), present => present! with { Entries = [.. present.Entries, Entry($"{i}", null)] }, None))));
        Assert.Equal(21, (await Store.FindAsync(Id('a'), 1, None))[0].Entries.Count);
    }

    [Fact]
    public async Task A_change_to_nothing_removes_it_with_its_pin_and_its_checkouts()
    {
        await AddAsync(Sample('a', "m"));
        await Store.SetPinAsync(Id('a'), pinned: true, None);
        await Store.SetCurrentAsync("/p", Id('a'), None);
        Assert.Null(await Store.ChangeAsync(Id('a'), _ => null, None));
        Assert.Empty(await Store.ListAsync(new SnapshotFilter(), None));
        Assert.Empty(await Store.ListPinsAsync(None));
        Assert.Null(await Store.GetCurrentAsync("/p", None));
    }

    [Fact]
    public async Task A_name_is_an_id_before_it_is_a_label_before_it_is_a_part()
    {
        await AddAsync(Sample('a', "m", label: Id('b')), Sample('b', "m"), Sample('c', "m", label: "dddd"), Sample('d', "m"));
        Assert.Equal(Id('b'), Assert.Single(await Store.FindAsync(Id('b'), 5, None)).Id);
        Assert.Equal(Id('c'), Assert.Single(await Store.FindAsync("dddd", 5, None)).Id);
        Assert.Equal(Id('d'), Assert.Single(await Store.FindAsync("ddddd", 5, None)).Id);
        Assert.Empty(await Store.FindAsync("' or 1 --", 5, None));
    }

    [Fact]
    public async Task Lists_are_newest_first_and_filtered()
    {
        await AddAsync(Sample('a', "Old thing", at: 1), Sample('b', "new", label: "best", at: 3), Sample('c', "elsewhere", project: "/q", at: 2));
        Assert.Equal([Id('b'), Id('c'), Id('a')], (await Store.ListAsync(new SnapshotFilter(), None)).Select(s => s.Id));
        Assert.Equal([Id('b'), Id('a')], (await Store.ListAsync(new SnapshotFilter("/p"), None)).Select(s => s.Id));
        Assert.Equal([Id('b')], (await Store.ListAsync(new SnapshotFilter(Label: "best"), None)).Select(s => s.Id));
        Assert.Equal([Id('a')], (await Store.ListAsync(new SnapshotFilter(Text: "old"), None)).Select(s => s.Id));
        Assert.Equal([Id('b')], (await Store.ListAsync(new SnapshotFilter(Limit: 1), None)).Select(s => s.Id));
    }

    [Fact]
    public async Task The_newest_of_a_tree_is_found_in_its_project()
    {
        await AddAsync(Sample('a', "m", at: 1), Sample('b', "m", at: 2) with { Tree = Sample('a', "").Tree }, Sample('c', "m", project: "/q", at: 3) with { Tree = Sample('a', "").Tree });
        Assert.Equal(Id('b'), (await Store.FindByTreeAsync("/p", Sample('a', "").Tree, None))!.Id);
        Assert.Null(await Store.FindByTreeAsync("/p", Id('9'), None));
    }

    [Fact]
    public async Task Pins_are_of_snapshots_and_runs()
    {
        await AddAsync(Sample('a', "m"));
        await Store.SetPinAsync(Id('a'), pinned: true, None);
        await Store.SetPinAsync("0123456789ab", pinned: true, None);
        await Store.SetPinAsync("0123456789ab", pinned: true, None);
        Assert.True((await Store.FindAsync(Id('a'), 1, None))[0].Pinned);
        Assert.Equal(2, (await Store.ListPinsAsync(None)).Count);
        await Store.SetPinAsync(Id('a'), pinned: false, None);
        Assert.False((await Store.FindAsync(Id('a'), 1, None))[0].Pinned);
    }

    [Fact]
    public async Task A_project_stands_at_what_it_was_last_brought_to()
    {
        Assert.Null(await Store.GetCurrentAsync("/p", None));
        await Store.SetCurrentAsync("/p", Id('a'), None);
        await Store.SetCurrentAsync("/p", "0123456789ab", None);
        Assert.Equal("0123456789ab", await Store.GetCurrentAsync("/p", None));
    }

    private async Task AddAsync(params Snapshot[] snapshots)
    {
        foreach (var snapshot in snapshots) await Store.ChangeAsync(snapshot.Id, _ => snapshot, None);
    }

    private static string Id(char digit) => new(digit, 64);

    private static SnapshotEntry Entry(string message, string? label, string project = "/p", int at = 0) =>
        new(message, label, Start.AddMinutes(at), project, null, new Dictionary<string, string> { ["data"] = "/srv/data" });

    private static Snapshot Sample(char digit, string message, string? label = null, string project = "/p", int at = 0) => new()
    {
        Id = Id(digit),
        Tree = new string(digit, 63) + "0",
        Count = 3,
        Bytes = 5_000_000_000,
        Entries = [Entry(message, label, project, at)],
    };
}
