using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs;
using Glovebox.Jobs.Stores;
using Glovebox.Query;

namespace Glovebox.Tests.Conformance.Stores;

/// <summary>How every <see cref="IJobStore"/> finds: by parts of ids, in pages, by conditions.</summary>
public abstract class JobSearchSuite(StoreSite site) : JobSuite(site)
{
    [Fact]
    public async Task Any_part_of_an_id_finds_and_an_exact_one_finds_alone()
    {
        foreach (var id in new[] { "aaaa1111", "bbbb1111", "aaaa11112222" }) await Jobs.SubmitAsync(NewJob("t", Spec(), id), None);

        Assert.Equal(3, (await Jobs.FindJobsAsync("1111", 5, None)).Count);
        Assert.Single(await Jobs.FindJobsAsync("1111", 1, None));
        Assert.Equal("aaaa1111", Assert.Single(await Jobs.FindJobsAsync("aaaa1111", 5, None)).Id);
        foreach (var hostile in new[] { "%", "_", "'", "\n", "\\" }) Assert.Empty(await Jobs.FindJobsAsync(hostile, 5, None));
    }

    [Fact]
    public async Task Pages_are_newest_first_and_stand_still_while_jobs_come_and_go()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++) ids.Add((await SubmitAsync(i < 4 ? "a'%" : "b")).Job.Id);
        var first = await Jobs.ListJobsAsync(new JobFilter(Limit: 2), null, None);
        await SubmitAsync();
        await Jobs.CancelJobAsync(ids[3], Now, None);
        await Jobs.RemoveJobAsync(ids[3], None);
        var second = await Jobs.ListJobsAsync(new JobFilter(Limit: 2, Cursor: first.Next), null, None);
        var third = await Jobs.ListJobsAsync(new JobFilter(Limit: 2, Cursor: second.Next), null, None);

        Assert.Equal([ids[4], ids[3]], first.Items.Select(j => j.Id));
        Assert.Equal([ids[2], ids[1]], second.Items.Select(j => j.Id));
        Assert.Equal(ids[0], Assert.Single(third.Items).Id);
        Assert.Null(third.Next);
        Assert.Equal(3, (await Jobs.ListJobsAsync(new JobFilter("a'%"), null, None)).Items.Count);
        Assert.Empty((await Jobs.ListJobsAsync(new JobFilter(Status: JobState.Failed), null, None)).Items);
        Assert.Empty((await Jobs.ListJobsAsync(new JobFilter(Scheduled: true), null, None)).Items);
        Assert.Equal(5, (await Jobs.ListJobsAsync(new JobFilter(Scheduled: false), null, None)).Items.Count);
        Assert.Equal(RefusalKind.Bad, (await Assert.ThrowsAsync<RefusalException>(() => Jobs.ListJobsAsync(new JobFilter(Cursor: "x'"), null, None))).Kind);
        Assert.Equal(3, (await Jobs.ListExecutionsAsync(new ExecutionFilter(Task: "a'%"), None)).Items.Count);
        Assert.Equal(5, (await Jobs.ListExecutionsAsync(new ExecutionFilter(Status: "queued"), None)).Items.Count);
        var page = await Jobs.ListExecutionsAsync(new ExecutionFilter(Limit: 4), None);
        Assert.Single((await Jobs.ListExecutionsAsync(new ExecutionFilter(Cursor: page.Next), None)).Items);
    }

    [Fact]
    public async Task Tasks_are_by_name_and_found_by_any_part_of_it()
    {
        foreach (var name in new[] { "b_1", "A%1", "Ünder 'x'", "a-2" }) await SubmitAsync(name);

        var first = await Jobs.ListTasksAsync(new TaskFilter(Limit: 3), None);
        Assert.Equal(["A%1", "a-2", "b_1"], first.Items.Select(t => t.Name));
        Assert.Equal("Ünder 'x'", Assert.Single((await Jobs.ListTasksAsync(new TaskFilter(Cursor: first.Next), None)).Items).Name);
        Assert.Equal(["A%1", "a-2"], (await Jobs.ListTasksAsync(new TaskFilter("a"), None)).Items.Select(t => t.Name));
        Assert.Equal("Ünder 'x'", Assert.Single((await Jobs.ListTasksAsync(new TaskFilter("ÜNDER '"), None)).Items).Name);
        Assert.Equal("A%1", Assert.Single((await Jobs.ListTasksAsync(new TaskFilter("%"), None)).Items).Name);
        Assert.Equal("b_1", Assert.Single((await Jobs.ListTasksAsync(new TaskFilter("_"), None)).Items).Name);
    }

    [Theory]
    [InlineData("task=train", "abc")]
    [InlineData("task!=train", "")]
    [InlineData("status=queued", "bc")]
    [InlineData("status=failed or priority>1", "ab")]
    [InlineData("not status=failed", "bc")]
    [InlineData("image=debian", "ab")]
    [InlineData("image!=debian", "")]
    [InlineData("not image=debian", "c")]
    [InlineData("environment~TRA", "c")]
    [InlineData("metadata.place~'ÜBER all'", "c")]
    [InlineData("metadata.place~'über all'", "")]
    [InlineData("command~\"python train\"", "a")]
    [InlineData("key=\"it's\"", "")]
    [InlineData("key~%", "b")]
    [InlineData("metadata.name=\"o'hara\"", "a")]
    [InlineData("metadata.deep.n>=5", "b")]
    [InlineData("metadata.deep.n<5", "")]
    [InlineData("not metadata.deep.n>=5", "ac")]
    [InlineData("metadata.flag=true", "c")]
    [InlineData("metadata.name~HARA", "a")]
    [InlineData("executions.failed=1", "a")]
    [InlineData("executions.total>=1 and createdAt<2026-01-03", "abc")]
    [InlineData("createdAt>'2026-01-02T03:04:06Z'", "c")]
    [InlineData("finishedAt>2026-01-01", "a")]
    [InlineData("priority='2'", "")]
    [InlineData("spec.graceSeconds=10", "abc")]
    public async Task A_condition_chooses(string where, string expected)
    {
        var a = await SubmitAsync("train", Spec("python", "train.py") with { Metadata = new JsonObject { ["name"] = "o'hara" } });
        await FinishAsync(await ClaimOneAsync(), ExecutionState.Failed, FailureClass.ExitCode);
        var b = await SubmitAsync("train", Spec() with { Priority = 2, Key = "50%", Metadata = new JsonObject { ["deep"] = new JsonObject { ["n"] = 5 }, ["zero"] = "\0" } });
        Now = Now.AddSeconds(5);
        var c = await SubmitAsync("train", Spec() with { Image = null, Environment = "train", Metadata = new JsonObject { ["flag"] = true, ["deep"] = 7, ["place"] = "ÜBER ALL" } });
        var names = new Dictionary<string, char> { [a.Job.Id] = 'a', [b.Job.Id] = 'b', [c.Job.Id] = 'c' };

        var found = await Jobs.ListJobsAsync(new JobFilter(), ConditionParser.Parse(where, JobFields.Catalog), None);

        Assert.Equal(expected, string.Concat(found.Items.Select(j => names[j.Id]).Order()));
    }

    [Fact]
    public async Task A_time_is_compared_with_a_time()
    {
        var refusal = await Assert.ThrowsAsync<RefusalException>(() =>
            Jobs.ListJobsAsync(new JobFilter(), ConditionParser.Parse("createdAt>soon", JobFields.Catalog), None));

        Assert.Contains("createdAt", refusal.Message, StringComparison.Ordinal);
    }
}
