using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Server.Tests.Harness;

namespace Glovebox.Server.Tests.Fastlane;

/// <summary>fastlane's API, as its clients use it; the faults are numbered as in our study of it.</summary>
public sealed class FastlaneTests : IAsyncLifetime
{
    private const string Payload = """{"image":"ubuntu:latest","command":"ls -lah","metadata":{"owner":"ann"},"envs":{"A":"b"},"retries":2,"timeout":60}""";

    private Served _served = null!;

    public async ValueTask InitializeAsync() => _served = await Served.StartAsync();
    public ValueTask DisposeAsync() => _served.DisposeAsync();

    [Theory]
    [InlineData("/tasks/t", "application/json")]
    [InlineData("/tasks/t/", "application/x-www-form-urlencoded")]
    [InlineData("/tasks/t/", "")]
    public async Task A_job_is_posted(string path, string media)
    {
        var summary = (await _served.SendAsync(HttpMethod.Post, path, Payload, media)).Ok();
        Assert.Equal(["executionId", "executionUrl", "jobId", "jobUrl", "queueJobId", "taskId", "taskUrl"], Keys(summary));
        Assert.Equal(($"{Root}/tasks/t/jobs/{summary["jobId"]}/", $"{Root}/tasks/t/"), ((string)summary["jobUrl"]!, (string)summary["taskUrl"]!));
        Assert.Equal($"{summary["jobUrl"]}executions/{summary["executionId"]}/", (string)summary["executionUrl"]!);
        var spec = _served.Jobs.Jobs[0].Spec;
        Assert.Equal(["ls", "-lah"], spec.Command);
        Assert.Equal((NetworkMode.Host, 60.0, 2), (spec.Network, spec.Limits.TimeoutSeconds!.Value, spec.Retry.Limit));
        foreach (var url in (string[])["executionUrl", "jobUrl", "taskUrl"]) (await _served.GetAsync((string)summary[url]!)).Ok();
    }

    [Theory]
    [InlineData(""","startIn":"2h30m" """)]
    [InlineData(""","cron":"*/10 * * * *" """)]
    public async Task A_job_for_later_has_no_execution_in_its_answer(string when)
    {
        var summary = (await _served.PostAsync("/tasks/t/", $$"""{"image":"a","command":"b"{{when}}}""")).Ok();
        Assert.Null(summary["executionId"]);
        Assert.Null(summary["executionUrl"]);
    }

    [Theory]
    [InlineData("nonsense", "not JSON")]
    [InlineData("""{"command":"ls"}""", "image")]
    [InlineData("""{"image":"a"}""", "command")]
    [InlineData("""{"image":"a","command":"b","startIn":"soon"}""", "startIn")]
    [InlineData("""{"image":"a","command":"b","startIn":"1h","cron":"* * * * *"}""", "cron")]
    public async Task A_wrong_payload_is_refused_in_both_forms(string payload, string named)
    {
        var answer = await _served.PostAsync("/tasks/t/", payload);
        Assert.Contains(named, answer.Refused(400));
        Assert.Equal(((string)answer.Json["detail"]!, "enqueue_job"), ((string)answer.Json["error"]!, (string)answer.Json["operation"]!));
        Assert.Empty(_served.Jobs.Jobs);
    }

    [Fact]
    public async Task Fault_6_images_with_a_registry_port_or_a_digest_are_taken()
    {
        (await _served.PostAsync("/tasks/t/", """{"image":"registry:5000/img:tag","command":"x"}""")).Ok();
        (await _served.PostAsync("/tasks/t/", $$"""{"image":"a/b@sha256:{{new string('a', 64)}}","command":"x"}""")).Ok();
    }

    [Fact]
    public async Task A_job_is_put_and_changed()
    {
        var id = Guid.NewGuid();
        Assert.Equal($"{id}", (string)(await _served.SendAsync(HttpMethod.Put, $"/tasks/t/jobs/{id}/", Payload)).Ok()["jobId"]!);
        (await _served.SendAsync(HttpMethod.Put, $"/tasks/t/jobs/{id}", Payload)).Ok();
        Assert.Equal(2, Assert.Single(_served.Jobs.Jobs).Version);
        (await _served.SendAsync(HttpMethod.Put, "/tasks/t/jobs/mine/", Payload)).Refused(400);
    }

    [Fact]
    public async Task Tasks_come_in_numbered_pages()
    {
        for (var i = 0; i < 23; i++) await _served.PostAsync($"/tasks/task-{i:00}/", Payload);
        var page = (await _served.GetAsync("/tasks/?page=2")).Ok();
        Assert.Equal(["hasNext", "hasPrev", "items", "nextUrl", "page", "pages", "perPage", "prevUrl", "total"], Keys(page));
        Assert.Equal((23, 2, 3, 10), ((int)page["total"]!, (int)page["page"]!, (int)page["pages"]!, (int)page["perPage"]!));
        Assert.Equal(["createdAt", "jobsCount", "lastModifiedAt", "taskId", "url"], Keys(page["items"]![0]!));
        Assert.Equal("task-10", (string)page["items"]![0]!["taskId"]!);
        Assert.Equal("task-00", (string)(await _served.GetAsync((string)page["prevUrl"]!)).Ok()["items"]![0]!["taskId"]!);
        var last = (await _served.GetAsync((string)page["nextUrl"]!)).Ok();
        Assert.Equal((3, false, true), (last["items"]!.AsArray().Count, (bool)last["hasNext"]!, last["nextUrl"] is null));
        Assert.Contains("positive", (await _served.GetAsync("/tasks/?page=0")).Refused(400));
        (await _served.GetAsync("/tasks?page=x")).Refused(400);
    }

    [Fact]
    public async Task The_search_finds_parts_of_names()
    {
        await _served.PostAsync("/tasks/hello/", Payload);
        Assert.Equal("hello", (string)(await _served.GetAsync("/search/?query=HEL")).Ok()["items"]![0]!["taskId"]!);
        (await _served.GetAsync("/search/")).Refused(400);
    }

    [Fact]
    public async Task A_task_lists_its_jobs()
    {
        var id = await PostAsync();
        var task = (await _served.GetAsync("/tasks/t/")).Ok();
        Assert.Equal(("t", id), ((string)task["taskId"]!, (string)task["jobs"]![0]!["id"]!));
        Assert.Equal(["createdAt", "id", "url"], Keys(task["jobs"]![0]!));
        (await _served.GetAsync("/tasks/none/")).Refused(404);
    }

    [Fact]
    public async Task A_job_shows_its_executions()
    {
        var id = await PostAsync();
        Finish(ExecutionState.Failed, 3);
        var job = (await _served.GetAsync($"/tasks/t/jobs/{id}/")).Ok()["job"]!;
        Assert.Equal(
            ["command", "createdAt", "executionCount", "executions", "id", "image", "lastModifiedAt", "metadata", "requestIPAddress", "scheduled", "taskId"], Keys(job));
        Assert.Equal(("ls -lah", "ubuntu:latest", 1), ((string)job["command"]!, (string)job["image"]!, (int)job["executionCount"]!));
        Assert.Equal("ann", (string)job["metadata"]!["custom"]!["owner"]!);
        var execution = job["executions"]![0]!;
        Assert.Equal(("failed", 3, "out\n", "err\n"), ((string)execution["status"]!, (int)execution["exitCode"]!, (string)execution["log"]!, (string)execution["error"]!));
        (await _served.GetAsync($"/tasks/other/jobs/{id}/")).Refused(404);
        (await _served.GetAsync($"/tasks/t/jobs/{Guid.NewGuid()}/")).Refused(404);
        (await _served.GetAsync("/tasks/t/jobs/short/")).Refused(404);
    }

    [Theory]
    [InlineData(ExecutionState.Queued, "enqueued")]
    [InlineData(ExecutionState.Starting, "pulling")]
    [InlineData(ExecutionState.Running, "running")]
    [InlineData(ExecutionState.Succeeded, "done")]
    [InlineData(ExecutionState.Failed, "failed")]
    [InlineData(ExecutionState.TimedOut, "timedout")]
    [InlineData(ExecutionState.Cancelled, "stopped")]
    [InlineData(ExecutionState.Expired, "expired")]
    [InlineData(ExecutionState.Lost, "failed")]
    public async Task An_execution_has_its_status_in_fastlanes_words(ExecutionState state, string word)
    {
        var id = await PostAsync();
        Finish(state, null);
        var answer = (await _served.GetAsync($"/tasks/t/jobs/{id}/executions/{_served.Jobs.Executions[0].Id}/")).Ok();
        Assert.Equal(["execution", "job", "task"], Keys(answer));
        var execution = answer["execution"]!;
        Assert.Equal(word, (string)execution["status"]!);
        Assert.Equal(
            ["command", "createdAt", "error", "executionId", "exitCode", "finishedAt", "image", "log", "metadata", "requestIPAddress", "startedAt", "status", "url"],
            Keys(execution));
        Assert.Equal(("10.0.0.5", "2375", "box"), (
            (string)execution["metadata"]!["docker_host"]!, (string)execution["metadata"]!["docker_port"]!, (string)execution["metadata"]!["container_id"]!));
        Assert.Single(execution["metadata"]!["webhookDispatch"]!.AsArray());
    }

    [Theory]
    [InlineData("stdout", "out\n")]
    [InlineData("stderr/", "err\n")]
    [InlineData("logs", "out\n\n-=-\nerr\n")]
    public async Task Logs_are_given_with_the_exit_code(string path, string text)
    {
        var id = await PostAsync();
        _served.Jobs.LogOf(_served.Jobs.Executions[0].Id).Write(LogStream.Stdout, "out\n");
        var early = await _served.GetAsync($"/tasks/t/jobs/{id}/stdout/");
        // Fault 10: there was nothing to read before the end.
        Assert.Equal(("out\n", "None"), (early.Text, early.Header("Fastlane-Exit-Code")));
        _served.Jobs.LogOf(_served.Jobs.Executions[0].Id).Write(LogStream.Stderr, "err\n");
        _served.Jobs.End(_served.Jobs.Executions[0].Id, ExecutionState.Failed, 3);
        foreach (var of in (string[])["", $"executions/{_served.Jobs.Executions[0].Id}/"])
        {
            var answer = await _served.GetAsync($"/tasks/t/jobs/{id}/{of}{path}");
            Assert.Equal((200, text, "3", "text/plain"), (answer.Status, answer.Text, answer.Header("Fastlane-Exit-Code"), answer.Media));
        }
    }

    [Fact]
    public async Task Fault_7_output_that_is_not_UTF_8_is_given_as_it_is()
    {
        var id = await PostAsync();
        _served.Jobs.LogOf(_served.Jobs.Executions[0].Id).Write(LogStream.Stdout, [0xff, 0xfe]);
        Assert.Equal([0xff, 0xfe], (await _served.GetAsync($"/tasks/t/jobs/{id}/stdout/")).Bytes);
        (await _served.GetAsync($"/tasks/t/jobs/{id}/")).Ok();
    }

    [Fact]
    public async Task Logs_of_a_job_without_executions_are_refused()
    {
        var id = (string)(await _served.PostAsync("/tasks/t/", """{"image":"a","command":"b","cron":"* * * * *"}""")).Ok()["jobId"]!;
        (await _served.GetAsync($"/tasks/t/jobs/{id}/stdout/")).Refused(400);
        Assert.Contains("scheduled", (await _served.PostAsync($"/tasks/t/jobs/{id}/retry/")).Refused(400));
    }

    [Fact]
    public async Task Fault_2_a_retry_is_answered_with_the_new_execution()
    {
        var id = await PostAsync();
        Finish(ExecutionState.Failed, 1);
        var summary = (await _served.PostAsync($"/tasks/t/jobs/{id}/retry")).Ok();
        Assert.Equal(_served.Jobs.Executions[1].Id, (string)summary["executionId"]!);
    }

    [Fact]
    public async Task Jobs_and_executions_are_stopped()
    {
        var id = await PostAsync();
        var execution = _served.Jobs.Executions[0].Id;
        Assert.Equal(execution, (string)(await _served.PostAsync($"/tasks/t/jobs/{id}/executions/{execution}/stop/")).Ok()["execution"]!["id"]!);
        Assert.Equal(id, (string)(await _served.PostAsync($"/tasks/t/jobs/{id}/stop/")).Ok()["jobId"]!);
        Assert.True(_served.Jobs.Jobs[0].Stopped);
        (await _served.PostAsync($"/tasks/t/jobs/{id}/executions/{Guid.NewGuid()}/stop/")).Refused(404);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/healthcheck")]
    [InlineData("/healthcheck/")]
    public async Task Health_names_what_fastlane_had(string path)
    {
        Assert.Equal("""{"redis":true,"mongo":true,"errors":[]}""", (await _served.GetAsync(path)).Ok().ToJsonString());
        _served.Jobs.Failure = RefusalException.Unable("away");
        Assert.Equal(2, (await _served.GetAsync(path)).Ok(500)["errors"]!.AsArray().Count);
    }

    [Fact]
    public async Task The_status_has_its_parts()
    {
        await PostAsync();
        await _served.PostAsync("/tasks/t/", """{"image":"a","command":"b","cron":"* * * * *"}""");
        var status = (await _served.GetAsync("/status/")).Ok();
        Assert.Equal(["containers", "fastlane", "hosts", "jobs", "queues", "tasks"], Keys(status));
        Assert.Equal(["available", "blacklisted", "circuit", "error", "host", "port"], Keys(status["hosts"]![1]!));
        Assert.Equal(["jobs", "monitor", "notify", "scheduled", "webhooks"], Keys(status["queues"]!));
        Assert.Equal(["length", "nextHumanReadableDate", "nextTimeStamp"], Keys(status["queues"]!["scheduled"]!));
        var scheduled = Assert.Single(status["jobs"]!["scheduled"]!.AsArray())!;
        (await _served.PostAsync((string)scheduled["stopUrl"]!)).Ok();
        Assert.Single(status["containers"]!["running"]!.AsArray());
    }

    [Fact]
    public async Task Fault_11_any_host_can_be_blacklisted()
    {
        const string Body = """{"host":"10.0.0.5:2375"}""";
        Assert.Equal((200, ""), await BlacklistAsync(HttpMethod.Post, Body));
        Assert.True(_served.Jobs.Drained["tcp://10.0.0.5:2375"]);
        Assert.Equal((200, ""), await BlacklistAsync(new HttpMethod("DEL"), Body));
        Assert.False(_served.Jobs.Drained["tcp://10.0.0.5:2375"]);
        Assert.Equal((200, ""), await BlacklistAsync(HttpMethod.Put, """{"host":"tcp://10.0.0.5:2375"}"""));
        Assert.True(_served.Jobs.Drained["tcp://10.0.0.5:2375"]);
        Assert.Equal((200, ""), await BlacklistAsync(HttpMethod.Put, """{"host":"local"}"""));
        Assert.Equal((200, ""), await BlacklistAsync(HttpMethod.Delete, """{"host":"local"}"""));
        foreach (var body in (string[])["", "{}", "[]", "x", """{"host":1}"""]) (await _served.PostAsync("/docker-executor/blacklist/", body)).Refused(400);
    }

    private async Task<(int, string)> BlacklistAsync(HttpMethod method, string body)
    {
        var answer = await _served.SendAsync(method, "/docker-executor/blacklist/", body);
        return (answer.Status, answer.Text);
    }

    private string Root => _served.Url.GetLeftPart(UriPartial.Authority);

    private async Task<string> PostAsync() => (string)(await _served.PostAsync("/tasks/t/", Payload)).Ok()["jobId"]!;

    private void Finish(ExecutionState state, int? code)
    {
        var id = _served.Jobs.Executions[0].Id;
        _served.Jobs.LogOf(id).Write(LogStream.Stdout, "out\n");
        _served.Jobs.LogOf(id).Write(LogStream.Stderr, "err\n");
        _served.Jobs.End(id, state, code);
    }

    private static IEnumerable<string> Keys(JsonNode node) => node.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal);
}
