using System.Text.Json.Nodes;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Execution;
using Glovebox.Runs;
using Glovebox.Query;

namespace Glovebox.Tests.Conformance.Stores;

/// <summary>What every <see cref="IRunStore"/> does.</summary>
public abstract class RunStoreSuite : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    protected abstract IRunStore Store { get; }

    [Fact]
    public async Task A_run_comes_back_as_it_was_written()
    {
        var run = Sample("aaaa00000001") with { Message = "naïve 'quotes' \"and\" \n lines", Tags = ["x", "y"] };
        await Store.AddAsync(run, Handle(run), None);

        var found = Assert.Single(await Store.FindAsync(run.Id, 2, None));

        Assert.Equal(run.Message, found.Message);
        Assert.Equal(run.Tags, found.Tags);
        Assert.Equal(run.StartedAt, found.StartedAt);
        Assert.Equal(run.Params.ToJsonString(), found.Params.ToJsonString());
        Assert.Equal(run.Limits, found.Limits);
    }

    [Fact]
    public async Task A_run_is_open_until_it_is_closed_and_keeps_its_handle()
    {
        var run = Sample("aaaa00000002");
        await Store.AddAsync(run, Handle(run), None);
        Assert.Equal(Handle(run), Assert.Single(await Store.ListOpenAsync(None)).Handle);

        await Store.UpdateAsync(run with { Status = ExecutionState.Succeeded }, close: false, None);
        Assert.Equal(ExecutionState.Succeeded, Assert.Single(await Store.ListOpenAsync(None)).Run.Status);

        await Store.UpdateAsync(run with { Status = ExecutionState.Succeeded, Applied = true }, close: true, None);
        Assert.Empty(await Store.ListOpenAsync(None));
    }

    [Fact]
    public async Task A_run_of_elsewhere_is_kept_closed_and_never_takes_the_place_of_another()
    {
        var run = Sample("aaaa00000003") with { Status = ExecutionState.Succeeded };

        Assert.True(await Store.KeepAsync(run, None));
        Assert.False(await Store.KeepAsync(run with { Message = "another" }, None));

        Assert.Empty(await Store.ListOpenAsync(None));
        Assert.Null(Assert.Single(await Store.FindAsync(run.Id, 2, None)).Message);
    }

    [Fact]
    public async Task Any_part_of_an_id_finds_it_and_an_exact_one_finds_it_alone()
    {
        await AddAsync(Sample("aaaa11112222"), Sample("bbbb11113333"), Sample("cccc00004444"));

        Assert.Equal(2, (await Store.FindAsync("1111", 5, None)).Count);
        Assert.Single(await Store.FindAsync("1111", 1, None));
        Assert.Single(await Store.FindAsync("3333", 5, None));
        Assert.Empty(await Store.FindAsync("9999", 5, None));
        Assert.Empty(await Store.FindAsync("%", 5, None));
    }

    [Fact]
    public async Task Lists_are_newest_first_and_every_filter_holds()
    {
        await AddAsync(
            Sample("aaaa00000001") with { StartedAt = Start, Tags = ["old", "both"] },
            Sample("aaaa00000002") with { StartedAt = Start.AddHours(1), Tags = ["both"], Status = ExecutionState.TimedOut, Project = "/other" },
            Sample("aaaa00000003") with { StartedAt = Start.AddHours(2) });

        Assert.Equal(["3", "2", "1"], await IdsAsync(new RunFilter()));
        Assert.Equal(["2", "1"], await IdsAsync(new RunFilter(Tag: "both")));
        Assert.Equal(["2"], await IdsAsync(new RunFilter(Status: "timed_out")));
        Assert.Equal(["3", "2"], await IdsAsync(new RunFilter(Since: Start.AddHours(1))));
        Assert.Equal(["2"], await IdsAsync(new RunFilter(Project: "/other")));
        Assert.Equal(["3"], await IdsAsync(new RunFilter(Limit: 1)));
        Assert.Empty(await IdsAsync(new RunFilter(Tag: "old", Status: "timed_out")));
    }

    [Theory]
    [InlineData("metrics.accuracy>0.9", "2")]
    [InlineData("metrics.accuracy>0.9 and params.C<1", "")]
    [InlineData("metrics.accuracy>0.8 and params.C<1", "1")]
    [InlineData("metrics.val.loss=0.5", "1")]
    [InlineData("params.C=2", "2")]
    [InlineData("params.name=adam", "1")]
    [InlineData("params.name!=adam", "2")]
    [InlineData("params.name>1", "")]
    [InlineData("params.on=true", "2")]
    [InlineData("not params.name=adam", "3 2")]
    [InlineData("tag=x", "1")]
    [InlineData("tag!=x", "3 2")]
    [InlineData("message~'HELLO'", "1")]
    [InlineData("message=\"it's\"", "2")]
    [InlineData("status=succeeded or exitCode=3", "3 2 1")]
    [InlineData("exitCode=3", "3")]
    [InlineData("startedAt>2026-01-02T04", "3 2")]
    [InlineData("environment=train", "3 2 1")]
    [InlineData("git.dirty=true", "")]
    [InlineData("params.on=false", "")]
    [InlineData("params.C!=2", "1")]
    [InlineData("params.C!=x", "2 1")]
    [InlineData("params.name~DA", "1")]
    [InlineData("params.C~0.5", "1")]
    [InlineData("variables.SEED=7", "")]
    [InlineData("variables.SEED='7'", "3")]
    [InlineData("params.deep.er=1", "3")]
    [InlineData("tag~X", "1")]
    [InlineData("command~'train.py'", "3 2 1")]
    [InlineData("durationSeconds>1", "3")]
    [InlineData("sweep=abcd", "3")]
    [InlineData("not sweep=abcd", "2 1")]
    [InlineData("host.cpus=2 and limits.cpus>1", "3 2 1")]
    [InlineData("(tag=x or params.C=2) and not metrics.accuracy>0.9", "1")]
    public async Task Conditions_select(string where, string expected)
    {
        await AddAsync(
            Sample("aaaa00000001") with
            {
                StartedAt = Start, Tags = ["x"], Message = "say hello there", Metrics = new JsonObject { ["accuracy"] = 0.85, ["val.loss"] = 0.5 },
                Params = new JsonObject { ["C"] = 0.5, ["name"] = "adam" },
            },
            Sample("aaaa00000002") with
            {
                StartedAt = Start.AddHours(1), Message = "it's", Metrics = new JsonObject { ["accuracy"] = 0.95 },
                Params = new JsonObject { ["C"] = 2, ["name"] = "sgd", ["on"] = true },
            },
            Sample("aaaa00000003") with
            {
                StartedAt = Start.AddHours(2), Status = ExecutionState.Failed, ExitCode = 3, DurationSeconds = 2, Sweep = "abcd",
                Variables = new Dictionary<string, string> { ["SEED"] = "7" }, Params = new JsonObject { ["deep"] = new JsonObject { ["er"] = 1 } },
            });

        var found = await Store.ListAsync(new RunFilter(), ConditionParser.Parse(where, RunFields.Catalog), None);

        Assert.Equal(expected, string.Join(' ', found.Select(r => r.Id[^1])));
    }

    [Fact]
    public async Task What_is_searched_is_what_was_written_last()
    {
        var run = Sample("aaaa00000001") with { Metrics = new JsonObject { ["loss"] = 1.0, ["gone"] = 1 }, Tags = ["a", "b"] };
        await Store.AddAsync(run, Handle(run), None);
        await Store.UpdateAsync(run with { StartedAt = Start.AddSeconds(5), Metrics = new JsonObject { ["loss"] = 0.5 }, Tags = ["b"], ExitCode = 9 }, close: true, None);

        foreach (var (where, count) in new[] { ("metrics.loss=0.5", 1), ("metrics.loss=1", 0), ("metrics.gone=1", 0), ("tag=a", 0), ("tag=b", 1), ("exitCode=9", 1) })
            Assert.Equal(count, (await Store.ListAsync(new RunFilter(), ConditionParser.Parse(where, RunFields.Catalog), None)).Count);
        Assert.Single(await Store.ListAsync(new RunFilter(Since: Start.AddSeconds(1)), null, None));
    }

    [Fact]
    public async Task An_order_by_a_metric_leaves_out_who_has_none_and_holds_with_every_filter()
    {
        await AddAsync([.. Enumerable.Range(1, 6).Select(i => Sample($"aaaa0000000{i}") with
        {
            StartedAt = Start.AddHours(i),
            Metrics = i == 6 ? new JsonObject { ["loss"] = "NaN" } : new JsonObject { ["loss"] = i % 3 },
            Status = i == 3 ? ExecutionState.Failed : ExecutionState.Succeeded,
            Tags = [i < 3 ? "early" : "late"],
        })]);

        var up = new RunFilter { OrderBy = new RunOrder("metrics.loss", Descending: false) };
        var down = new RunFilter { OrderBy = new RunOrder("metrics.loss", Descending: true) };
        Assert.Equal(["3", "4", "1", "5", "2"], await IdsAsync(up));
        Assert.Equal(["5", "2", "4", "1", "3"], await IdsAsync(down));
        Assert.Equal(["4"], await IdsAsync(up with { Status = "succeeded", Limit = 1 }));
        Assert.Equal(["2", "1"], await IdsAsync(down with { Tag = "early" }));
        Assert.Equal(["2"], (await Store.ListAsync(down with { Tag = "early" }, ConditionParser.Parse("metrics.loss>1", RunFields.Catalog), None)).Select(r => r.Id[^1..]));
    }

    [Fact]
    public async Task A_removed_run_is_gone()
    {
        await AddAsync(Sample("aaaa00000001"));

        Assert.True(await Store.RemoveAsync("aaaa00000001", None));
        Assert.False(await Store.RemoveAsync("aaaa00000001", None));
        Assert.Empty(await Store.FindAsync("aaaa", 5, None));
    }

    [Fact]
    public async Task Many_writers_at_once_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => AddAsync(Sample($"bbbb{i:00000000}")))));

        Assert.Equal(40, (await Store.ListAsync(new RunFilter(), null, None)).Count);
    }

    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    protected abstract void Close();

    private static InstanceHandle Handle(Run run) => new("oci", $"run-{run.Id}", "/state/" + run.Id, Detached: true);

    private static Run Sample(string id) => new()
    {
        Id = id,
        Status = ExecutionState.Succeeded,
        Command = ["train.py"],
        Argv = ["python3", "train.py"],
        Environment = new RunEnvironment("train", "sha256:1"),
        Image = "sha256:2",
        Backend = "oci",
        Project = "/project",
        Tree = "3",
        StartedAt = Start,
        Host = new RunHost("h", "k", "x64", "c", 2, 1, []),
        Limits = new RunLimits(1 << 20, 1.5, 10, null, 60),
    };

    private async Task AddAsync(params Run[] runs)
    {
        foreach (var run in runs) await Store.AddAsync(run, Handle(run), None);
    }

    private async Task<IEnumerable<string>> IdsAsync(RunFilter filter) =>
        (await Store.ListAsync(filter, null, None)).Select(r => r.Id[^1..]);
}
