using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Server.Tests.Harness;

namespace Glovebox.Server.Tests.Jobs;

public sealed class JobTests
{
    private const string Spec = """{"image":"alpine","command":["ls","-l"]}""";

    [Fact]
    public async Task A_submit_is_answered_with_the_job_and_where_it_is()
    {
        await using var served = await Served.StartAsync();
        var answer = await served.PostAsync("/v1/tasks/my task/jobs", Spec);
        var job = answer.Ok(201)["job"]!;
        Assert.Equal(("my task", "queued"), ((string)job["task"]!, (string)job["status"]!));
        Assert.Equal($"/v1/jobs/{job["id"]}", answer.Header("Location"));
        Assert.Equal("\"1\"", answer.Header("ETag"));
        Assert.Equal((string)job["id"]!, (string)(await served.GetAsync(answer.Header("Location")!)).Ok()["id"]!);
        Assert.Equal("127.0.0.1", served.Jobs.Options!.RequestAddress);
    }

    [Fact]
    public async Task A_repeated_submit_finds_the_first_and_another_content_is_a_conflict()
    {
        await using var served = await Served.StartAsync();
        var first = await served.SendAsync(HttpMethod.Post, "/v1/tasks/a/jobs", Spec, headers: "Idempotency-Key: k1");
        var second = await served.SendAsync(HttpMethod.Post, "/v1/tasks/a/jobs", Spec, headers: "Idempotency-Key: k1");
        Assert.Equal((string)first.Ok(201)["job"]!["id"]!, (string)second.Ok(200)["job"]!["id"]!);
        var other = await served.SendAsync(HttpMethod.Post, "/v1/tasks/a/jobs", """{"image":"b","command":["x"]}""", headers: "Idempotency-Key: k1");
        Assert.Contains("k1", other.Refused(409));
        Assert.Single(served.Jobs.Jobs);
    }

    [Fact]
    public async Task A_job_with_an_id_of_ones_own_is_made_then_changed()
    {
        await using var served = await Served.StartAsync();
        var path = $"/v1/tasks/a/jobs/{Guid.NewGuid()}";
        (await served.SendAsync(HttpMethod.Put, path, Spec)).Ok(201);
        Assert.Equal(2, (int)(await served.SendAsync(HttpMethod.Put, path, """{"image":"b","command":["x"]}""")).Ok(200)["job"]!["version"]!);
        (await served.SendAsync(HttpMethod.Put, path, Spec, headers: "If-None-Match: *")).Refused(412);
        (await served.SendAsync(HttpMethod.Put, path, Spec, headers: "If-Match: \"1\"")).Refused(412);
        (await served.SendAsync(HttpMethod.Put, path, Spec, headers: "If-Match: 2")).Refused(400);
        Assert.Equal("\"3\"", (await served.SendAsync(HttpMethod.Put, path, Spec, headers: "If-Match: \"2\"")).Header("ETag"));
        Assert.Contains("UUID", (await served.SendAsync(HttpMethod.Put, "/v1/tasks/a/jobs/mine", Spec)).Refused(400));
    }

    [Fact]
    public async Task Lists_come_in_pages()
    {
        await using var served = await Served.StartAsync();
        for (var i = 0; i < 5; i++) await served.PostAsync($"/v1/tasks/{(i == 2 ? "b" : "a")}/jobs", Spec);
        var first = (await served.GetAsync("/v1/jobs?limit=2&task=a")).Ok();
        var second = (await served.GetAsync($"/v1/jobs?limit=2&task=a&cursor={first["next"]}")).Ok();
        Assert.Equal((2, 2), (first["items"]!.AsArray().Count, second["items"]!.AsArray().Count));
        Assert.Null(second["next"]);
        Assert.Single((await served.GetAsync("/v1/jobs?q=task%3Db")).Ok()["items"]!.AsArray());
        Assert.Equal(5, (await served.GetAsync("/v1/jobs?status=queued")).Ok()["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Jobs_are_cancelled_retried_and_forgotten()
    {
        await using var served = await Served.StartAsync();
        var id = (string)(await served.PostAsync("/v1/tasks/a/jobs", Spec)).Ok(201)["job"]!["id"]!;
        Assert.Contains("cancel it first", (await served.SendAsync(HttpMethod.Delete, $"/v1/jobs/{id}")).Refused(409));
        var retried = await served.PostAsync($"/v1/jobs/{id}/retry");
        Assert.Equal($"/v1/executions/{retried.Ok(201)["id"]}", retried.Header("Location"));
        Assert.Equal(2, (await served.GetAsync($"/v1/jobs/{id}/executions")).Ok()["items"]!.AsArray().Count);
        Assert.Equal("cancelled", (string)(await served.PostAsync($"/v1/jobs/{id}/cancel")).Ok()["status"]!);
        Assert.Equal(204, (await served.SendAsync(HttpMethod.Delete, $"/v1/jobs/{id}")).Status);
        Assert.Contains(id, (await served.GetAsync($"/v1/jobs/{id}")).Refused(404));
    }

    [Fact]
    public async Task Schedules_are_listed_paused_resumed_triggered_and_previewed()
    {
        await using var served = await Served.StartAsync();
        await served.PostAsync("/v1/tasks/a/jobs", Spec);
        var id = (string)(await served.PostAsync("/v1/tasks/a/jobs", """{"image":"x","command":["y"],"cron":"* * * * *"}""")).Ok(201)["job"]!["id"]!;
        Assert.Equal(id, (string)Assert.Single((await served.GetAsync("/v1/schedules")).Ok()["items"]!.AsArray())!["id"]!);
        Assert.True((bool)(await served.PostAsync($"/v1/schedules/{id}/pause")).Ok()["schedule"]!["paused"]!);
        Assert.False((bool)(await served.PostAsync($"/v1/schedules/{id}/resume")).Ok()["schedule"]!["paused"]!);
        (await served.PostAsync($"/v1/schedules/{id}/trigger")).Ok(201);
        var times = (await served.GetAsync("/v1/schedules/preview?cron=0+*+*+*+*&count=3&from=2026-01-01T00:00:00Z")).Ok().AsArray();
        Assert.Equal(["2026-01-01T01:00:00.000Z", "2026-01-01T02:00:00.000Z", "2026-01-01T03:00:00.000Z"], times.Select(time => (string)time!));
        Assert.Contains("five fields", (await served.GetAsync("/v1/schedules/preview?cron=bad")).Refused(400));
    }

    [Fact]
    public async Task A_task_has_a_version_that_guards_it()
    {
        await using var served = await Served.StartAsync();
        var made = await served.SendAsync(HttpMethod.Put, "/v1/tasks/a", """{"concurrency":2}""", headers: "If-None-Match: *");
        Assert.Equal("\"1\"", made.Header("ETag"));
        (await served.SendAsync(HttpMethod.Put, "/v1/tasks/a", "{}", headers: "If-None-Match: *")).Refused(412);
        (await served.SendAsync(HttpMethod.Put, "/v1/tasks/a", "{}", headers: "If-Match: \"7\"")).Refused(412);
        Assert.Equal("\"2\"", (await served.SendAsync(HttpMethod.Put, "/v1/tasks/a", """{"paused":true}""", headers: "If-Match: \"1\"")).Header("ETag"));
        Assert.True((bool)(await served.GetAsync("/v1/tasks/a")).Ok()["definition"]!["paused"]!);
        Assert.Contains("did you mean 'paused'", (await served.SendAsync(HttpMethod.Put, "/v1/tasks/a", """{"pause":true}""")).Refused(400));
        Assert.Contains("concurrency", (await served.SendAsync(HttpMethod.Put, "/v1/tasks/a", """{"concurrency":"2"}""")).Refused(400));
    }

    [Fact]
    public async Task Resources_are_drained_by_name()
    {
        await using var served = await Served.StartAsync();
        Assert.Equal(204, (await served.PostAsync("/v1/resources/tcp:%2F%2F10.0.0.5:2375/drain")).Status);
        Assert.True(served.Jobs.Drained["tcp://10.0.0.5:2375"]);
        Assert.True((bool)(await served.GetAsync("/v1/status")).Ok()["resources"]![1]!["drained"]!);
        Assert.Equal(204, (await served.PostAsync("/v1/resources/tcp:%2F%2F10.0.0.5:2375/undrain")).Status);
        (await served.PostAsync("/v1/resources/nowhere/drain")).Refused(404);
    }

    [Fact]
    public async Task Outputs_and_deliveries_of_an_execution_can_be_had()
    {
        await using var served = await Served.StartAsync();
        await served.PostAsync("/v1/tasks/a/jobs", Spec);
        var execution = served.Jobs.Executions[0].Id;
        served.Jobs.Outputs["out/a b.bin"] = [0, 255, 10];
        Assert.Equal([0, 255, 10], (await served.GetAsync($"/v1/executions/{execution}/outputs/out/a b.bin")).Bytes);
        (await served.GetAsync($"/v1/executions/{execution}/outputs/none")).Refused(404);
        Assert.Equal(3, (int)(await served.GetAsync($"/v1/executions/{execution}/deliveries")).Ok()[0]!["attempts"]!);
        Assert.Equal("cancelled", (string)(await served.PostAsync($"/v1/executions/{execution}/cancel")).Ok()["status"]!);
        Assert.Equal(ExecutionState.Cancelled, served.Jobs.Executions[0].Status);
    }
}
