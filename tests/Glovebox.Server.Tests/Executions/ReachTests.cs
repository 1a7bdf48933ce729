using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Api.Jobs.Remote;
using Glovebox.Server.Tests.Harness;

namespace Glovebox.Server.Tests.Executions;

/// <summary>Two servers, of which one has what the other is asked for.</summary>
public sealed class ReachTests
{
    [Fact]
    public async Task A_stray_request_of_another_node_is_refused_and_not_answered_from_here()
    {
        await using var there = await Served.StartAsync(machine: "m2");
        (await there.PostAsync("/v1/tasks/t/jobs", """{"command": ["true"], "image": "x"}""")).Ok(201);
        await using var here = await Served.StartAsync(jobs: there.Jobs, elsewhere: there.Url, machine: "m1", of: "m3");

        var refusal = (await here.GetAsync($"/v1/executions/{there.Jobs.Executions[0].Id}/log")).Refused(404);

        Assert.Contains("not the machine m3", refusal, StringComparison.Ordinal);
        using var right = new JobsClient(there.Url, null, TimeProvider.System, "m2");
        await right.StatusAsync(CancellationToken.None);
        using var wrong = new JobsClient(there.Url, null, TimeProvider.System, "m1");
        Assert.Equal(RefusalKind.NotFound, (await Assert.ThrowsAsync<RefusalException>(() => wrong.StatusAsync(CancellationToken.None))).Kind);
    }

    [Fact]
    public async Task What_waits_here_and_starts_elsewhere_is_followed_there()
    {
        await using var there = await Served.StartAsync(machine: "m2");
        (await there.PostAsync("/v1/tasks/t/jobs", """{"command": ["true"], "image": "x"}""")).Ok(201);
        var execution = there.Jobs.Executions[0];
        there.Jobs.LogOf(execution.Id).Write(LogStream.Stdout, "far\n");
        there.Jobs.End(execution.Id, ExecutionState.Succeeded, 0);
        var (jobs, moved, refusal) = (new FakeJobs(), false, new TaskCompletionSource<RefusalException>());
        using var looked = new SemaphoreSlim(0);
        jobs.Jobs.Add(there.Jobs.Jobs[0]);
        jobs.Executions.Add(execution);
        jobs.LogRefusal = refusal.Task;
        await using var here = await Served.StartAsync(jobs: jobs, elsewhere: there.Url, of: "m2", moved: () =>
        {
            looked.Release();
            return moved;
        });

        var log = $"/v1/executions/{execution.Id}/log";
        var reading = new[] { here.GetAsync($"{log}?follow=true"), here.SendAsync(HttpMethod.Get, log, headers: "Accept: text/event-stream") };
        foreach (var _ in reading) await looked.WaitAsync();
        moved = true;
        refusal.SetResult(RefusalException.NotFound("it is not on this machine"));

        Assert.Equal("far\n", (await reading[0]).Text);
        Assert.StartsWith("id: 1\ndata: \"far\\n\"\n", (await reading[1]).Text, StringComparison.Ordinal);
    }
}
