using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Api.Runs;
using Glovebox.Jobs.Specs;

namespace Glovebox.Tests.Jobs.Specs;

public sealed class JobSpecReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_we_write_is_read_back_whole()
    {
        var spec = new JobSpec
        {
            Image = "registry:5000/img:tag",
            Command = ["python3", "-c", "print('ü')", ""],
            Variables = new Dictionary<string, string> { ["A"] = "1" },
            WorkingDirectory = "/work",
            StartAt = Now.AddHours(1),
            ExpiresAt = Now.AddHours(2),
            Retry = new RetryPolicy { Limit = 3, Classes = new Dictionary<string, int> { ["exit_code"] = 2 }, DelaySeconds = 5, Factor = 3, MaxDelaySeconds = 60, Jitter = 0, MemoryFactor = 2, MaxMemoryBytes = 1L << 33 },
            Limits = new RunLimits(1 << 30, 1.5, 100, 1 << 20, 3600),
            GraceSeconds = 30,
            Network = NetworkMode.Host,
            Priority = -5,
            Key = "k",
            Volumes = [new JobVolume("/data", "/in", true)],
            Files = [new JobFile("a/b.txt", [0, 1, 255], true)],
            Outputs = ["out"],
            Array = new JobArray(null, null, [new ArrayParameter("a", ["1", "2"])], 4),
            Pull = PullPolicy.Always,
            ExtraHosts = new Dictionary<string, string> { ["db"] = "10.0.0.1" },
            Metadata = new JsonObject { ["n"] = 1.5, ["deep"] = new JsonObject { ["x"] = new JsonArray("ü", null, true) } },
            Notify = new OutcomeTargets<string>(["a@example.org"], [], ["b@example.org"]),
            Webhooks = new OutcomeTargets<Webhook>([], [new Webhook("https://example.org/x", new Dictionary<string, string> { ["T"] = "v" }, 3)], []),
        };
        var json = JsonSerializer.Serialize(spec, JobsJson.Default.JobSpec);
        Assert.Equal(json, JsonSerializer.Serialize(Read(json), JobsJson.Default.JobSpec));

        var scheduled = new JobSpec { Environment = "default", Command = ["true"], Cron = "@daily", TimeZone = "Europe/Berlin", Overlap = OverlapPolicy.Replace, CatchUp = CatchUpPolicy.Last };
        var scheduledJson = JsonSerializer.Serialize(scheduled, JobsJson.Default.JobSpec);
        Assert.Equal(scheduledJson, JsonSerializer.Serialize(Read(scheduledJson), JobsJson.Default.JobSpec));
    }

    [Fact]
    public void What_people_write_is_understood()
    {
        var spec = Read("""
            {"image": "i", "command": "sh -c 'exit 3'", "startIn": "2h30m", "graceSeconds": "1m", "variables": {"N": 5, "B": true},
             "limits": {"memoryBytes": "2g", "diskBytes": 1000, "timeoutSeconds": "10m"}, "retry": {"classes": {"exit_code": 3, "lost": 1}},
             "array": {"batch": {"a": [1, 2.5], "b": ["x"]}}, "metadata": null, "key": null}
            """);
        Assert.Equal(["sh", "-c", "exit 3"], spec.Command);
        Assert.Equal((9000d, 60d, 2L << 30, 1000L, 600d), (spec.StartIn, spec.GraceSeconds, spec.Limits.MemoryBytes, spec.Limits.DiskBytes, spec.Limits.TimeoutSeconds));
        Assert.Equal(("5", "true"), (spec.Variables["N"], spec.Variables["B"]));
        Assert.Equal(4, spec.Retry.Limit);
        Assert.Equal(2, spec.Array!.Count);
        Assert.Equal("2.5", spec.Array.ValuesAt(1)["a"]);
        Assert.Equal(100, Read("""{"image":"i","command":["a"],"array":{"from":1,"to":100}}""").Array!.Count);
        Assert.Equal(8, Read("""{"image":"i","command":["a"],"webhooks":{"fails":[{"url":"http://h","retries":8}]}}""").Webhooks.Fails[0].Retries);
    }

    [Theory]
    [InlineData("""{"webhooks":{"fails":[{"url":"ftp://x"}]}}""", "webhooks.fails[0].url: ")]
    [InlineData("""{"webhooks":{"fails":[{"url":"http://x"},{}]}}""", "webhooks.fails[1].url: empty")]
    [InlineData("""{"webhooks":{"fails":[{"url":"http://x","retrys":3}]}}""", "webhooks.fails[0].retrys: no such field; did you mean 'retries'?")]
    [InlineData("""{"webhooks":{"fails":[{"url":"http://x","retries":101}]}}""", "webhooks.fails[0].retries: ")]
    [InlineData("""{"webhooks":{"fails":[{"url":"http://x","headers":{"A B":"c"}}]}}""", "webhooks.fails[0].headers.A B: ")]
    [InlineData("""{"webhooks":{"fails":[{"url":"http://x","headers":{"A":"c\r\nX: y"}}]}}""", "webhooks.fails[0].headers.A: ")]
    [InlineData("""{"webhooks":{"fails":{}}}""", "webhooks.fails: expected a list of webhooks, found an object")]
    [InlineData("""{"webhooks":{"failed":[]}}""", "webhooks.failed: no such field; did you mean 'fails'?")]
    [InlineData("""{"notify":{"fails":["nobody"]}}""", "notify.fails[0]: 'nobody' is not a mail address")]
    [InlineData("""{"notify":["a@b"]}""", "notify: expected an object, found a list")]
    [InlineData("""{"comand":["a"]}""", "comand: no such field; did you mean 'command'?")]
    [InlineData("""{"command":[]}""", "command: empty")]
    [InlineData("""{"command":""}""", "command: empty")]
    [InlineData("""{"command":[""]}""", "command: empty")]
    [InlineData("""{"command":null}""", "command: missing")]
    [InlineData("""{"command":5}""", "command: expected a text or a list of texts, found a number")]
    [InlineData("""{"command":["a",1]}""", "command[1]: expected a text, found a number")]
    [InlineData("""{"command":["a","b\u0000"]}""", "command[1]: holds a NUL")]
    [InlineData("""{"command":["\u0000"]}""", "command[0]: holds a NUL")]
    [InlineData("""{"command":"a b\u0000"}""", "command[1]: holds a NUL")]
    [InlineData("""{"image":"a\u0000b"}""", "image: holds a NUL")]
    [InlineData("""{"image":null,"environment":"a\u0000b"}""", "environment: holds a NUL")]
    [InlineData("""{"key":"a\u0000"}""", "key: holds a NUL")]
    [InlineData("""{"variables":{"A":"x\u0000"}}""", "variables.A: holds a NUL")]
    [InlineData("""{"variables":{"A\u0000":"x"}}""", "variables.A\0: holds a NUL")]
    [InlineData("""{"workingDirectory":"/a\u0000"}""", "workingDirectory: holds a NUL")]
    [InlineData("""{"outputs":["a\u0000"]}""", "outputs[0]: holds a NUL")]
    [InlineData("""{"array":{"batch":{"a":["\u0000"]}}}""", "array.batch.a[0]: holds a NUL")]
    [InlineData("""{"extraHosts":{"h\n":"1.2.3.4"}}""", "extraHosts.h\n: not a host name")]
    [InlineData("""{"command":["\ud800"]}""", "command[0]: holds half a character")]
    [InlineData("""{"command":"echo 'a"}""", "command: the ' at character 6")]
    [InlineData("""{"image":5}""", "image: expected a text, found a number")]
    [InlineData("""{"image":""}""", "image: empty")]
    [InlineData("""{"image":"a b"}""", "image: ")]
    [InlineData("""{"image":null}""", "image: missing")]
    [InlineData("""{"environment":"e"}""", "image: not together with environment")]
    [InlineData("""{"variables":[]}""", "variables: expected an object with texts, found a list")]
    [InlineData("""{"variables":{"A":{}}}""", "variables.A: expected a text or a number, found an object")]
    [InlineData("""{"variables":{"A=B":"x"}}""", "variables.A=B: ")]
    [InlineData("""{"variables":{"A":"x","A":"y"}}""", "variables.A: given twice")]
    [InlineData("""{"variables":{"API_KEY":"***"}}""", "variables.API_KEY: '***' stands for a secret")]
    [InlineData("""{"workingDirectory":"rel"}""", "workingDirectory: ")]
    [InlineData("""{"workingDirectory":"/a/../b"}""", "workingDirectory: ")]
    [InlineData("""{"startAt":"2026-03-01T11:58:59Z"}""", "startAt: 2026-03-01T11:58:59Z is past")]
    [InlineData("""{"startAt":"tomorrow"}""", "startAt: 'tomorrow' is not a time")]
    [InlineData("""{"startAt":"2026-03-01T12:30:00"}""", "startAt: '2026-03-01T12:30:00' is not a time")]
    [InlineData("""{"startAt":1772366400}""", "startAt: expected a text, found a number")]
    [InlineData("""{"startIn":"soon"}""", "startIn: 'soon' is not a duration")]
    [InlineData("""{"startIn":-1}""", "startIn: -1 is not between")]
    [InlineData("""{"startIn":1e30}""", "startIn: ")]
    [InlineData("""{"startIn":"1m","startAt":"2026-03-02T12:00:00Z"}""", "startIn: not together with startAt")]
    [InlineData("""{"cron":"@daily","startIn":"1m"}""", "startIn: not together with cron")]
    [InlineData("""{"cron":"@daily","startAt":"2026-03-02T12:00:00Z"}""", "startAt: not together with cron")]
    [InlineData("""{"cron":"@daily","array":{"from":1,"to":2}}""", "array: not together with cron")]
    [InlineData("""{"cron":"99 * * * *"}""", "cron: '99' is no minute")]
    [InlineData("""{"cron":"0 0 30 2 *"}""", "cron: '0 0 30 2 *' never comes")]
    [InlineData("""{"cron":5}""", "cron: expected a text, found a number")]
    [InlineData("""{"cron":"@daily","timeZone":"Nowhere"}""", "timeZone: ")]
    [InlineData("""{"timeZone":"UTC"}""", "timeZone: only together with cron")]
    [InlineData("""{"overlap":"skip"}""", "overlap: only together with cron")]
    [InlineData("""{"catchUp":"all"}""", "catchUp: only together with cron")]
    [InlineData("""{"cron":"@daily","overlap":"skipp"}""", "overlap: 'skipp' is none of allow, skip, queue, replace; did you mean 'skip'?")]
    [InlineData("""{"cron":"@daily","expiresAt":"2026-03-01T13:00:00Z"}""", "expiresAt: 2026-03-01T13:00:00Z is before the first tick")]
    [InlineData("""{"expiresAt":"2026-03-01T12:00:00Z"}""", "expiresAt: 2026-03-01T12:00:00Z is past")]
    [InlineData("""{"startIn":"2h","expiresAt":"2026-03-01T13:00:00Z"}""", "expiresAt: 2026-03-01T13:00:00Z is not after the start")]
    [InlineData("""{"retry":3}""", "retry: expected an object, found a number")]
    [InlineData("""{"retry":{"limit":"3"}}""", "retry.limit: expected a whole number, found a text")]
    [InlineData("""{"retry":{"limit":1.5}}""", "retry.limit: 1.5 is not a whole number")]
    [InlineData("""{"retry":{"limit":-1}}""", "retry.limit: -1 is not between 0 and 1000")]
    [InlineData("""{"retry":{"classes":{"exitcode":1}}}""", "retry.classes.exitcode: ")]
    [InlineData("""{"retry":{"classes":{"cancelled":1}}}""", "retry.classes.cancelled: ")]
    [InlineData("""{"retry":{"limit":0,"classes":{"lost":1}}}""", "retry.limit: 0, but lost")]
    [InlineData("""{"retry":{"limit":1,"factor":0.5}}""", "retry.factor: ")]
    [InlineData("""{"retry":{"limit":1,"jitter":2}}""", "retry.jitter: ")]
    [InlineData("""{"retry":{"limit":1,"memoryFactor":11}}""", "retry.memoryFactor: ")]
    [InlineData("""{"retry":{"limit":1,"delaySeconds":-1}}""", "retry.delaySeconds: ")]
    [InlineData("""{"retry":{"limit":1,"maxDelaySeconds":"x"}}""", "retry.maxDelaySeconds: ")]
    [InlineData("""{"retry":{"limit":1,"maxMemoryBytes":5}}""", "retry.maxMemoryBytes: ")]
    [InlineData("""{"limits":{"memoryBytes":"1z"}}""", "limits.memoryBytes: '1z' is not a size")]
    [InlineData("""{"limits":{"memoryBytes":100}}""", "limits.memoryBytes: ")]
    [InlineData("""{"limits":{"cpus":0}}""", "limits.cpus: ")]
    [InlineData("""{"limits":{"pids":0}}""", "limits.pids: ")]
    [InlineData("""{"limits":{"diskBytes":0}}""", "limits.diskBytes: ")]
    [InlineData("""{"limits":{"timeoutSeconds":0}}""", "limits.timeoutSeconds: ")]
    [InlineData("""{"limits":{"timeout":5}}""", "limits.timeout: no such field; did you mean 'timeoutSeconds'?")]
    [InlineData("""{"graceSeconds":3601}""", "graceSeconds: ")]
    [InlineData("""{"network":"bridge"}""", "network: 'bridge' is none of none, host")]
    [InlineData("""{"priority":1001}""", "priority: ")]
    [InlineData("""{"priority":99999999999}""", "priority: ")]
    [InlineData("""{"key":""}""", "key: empty")]
    [InlineData("""{"volumes":[{"source":"data","target":"/x"}]}""", "volumes[0].source: ")]
    [InlineData("""{"volumes":[{"source":"/data"}]}""", "volumes[0].target: empty")]
    [InlineData("""{"volumes":[{"source":"/data","target":"/"}]}""", "volumes[0].target: ")]
    [InlineData("""{"volumes":[{"source":"/data","target":"/x","readOnly":"yes"}]}""", "volumes[0].readOnly: ")]
    [InlineData("""{"files":[{"path":"../x","content":""}]}""", "files[0].path: ")]
    [InlineData("""{"files":[{"path":"/x","content":""}]}""", "files[0].path: ")]
    [InlineData("""{"files":[{"path":"x","content":"?"}]}""", "files[0].content: not base64")]
    [InlineData("""{"files":[{"path":"x"},{"path":"x"}]}""", "files[1].path: 'x' is there twice")]
    [InlineData("""{"outputs":["a/../../b"]}""", "outputs[0]: ")]
    [InlineData("""{"array":{}}""", "array.from: missing")]
    [InlineData("""{"array":{"from":1}}""", "array.to: missing")]
    [InlineData("""{"array":{"from":5,"to":1}}""", "array.to: 1 is less than from, 5")]
    [InlineData("""{"array":{"from":1,"to":100001}}""", "array.to: more than 100000")]
    [InlineData("""{"array":{"from":0,"to":9223372036854775807}}""", "array.to: more than 100000")]
    [InlineData("""{"array":{"from":1,"to":2,"batch":{"a":[1]}}}""", "array.batch: not together")]
    [InlineData("""{"array":{"batch":{}}}""", "array.batch: empty")]
    [InlineData("""{"array":{"batch":{"a":[]}}}""", "array.batch.a: no values")]
    [InlineData("""{"array":{"batch":{"index":[1]}}}""", "array.batch.index: ")]
    [InlineData("""{"array":{"from":1,"to":2,"parallelism":0}}""", "array.parallelism: ")]
    [InlineData("""{"pull":"sometimes"}""", "pull: ")]
    [InlineData("""{"extraHosts":{"db":"nowhere"}}""", "extraHosts.db: 'nowhere' is not an IP address")]
    [InlineData("""{"extraHosts":{"d b":"1.2.3.4"}}""", "extraHosts.d b: not a host name")]
    [InlineData("""{"metadata":[]}""", "metadata: expected an object, found a list")]
    [InlineData("""{"metadata":{"a":{"b":"\udc00"}}}""", "metadata.a.b: holds half a character")]
    [InlineData("""{"metadata":{"a":["x","\u0000"]}}""", "metadata.a[1]: holds a NUL")]
    [InlineData("""{"metadata":{"a":1e999}}""", "metadata.a: ")]
    [InlineData("""{"metadata":{"a":{"b":1,"b":2}}}""", "metadata.a.b: given twice")]
    public void A_wrong_field_is_named_by_its_path(string part, string message) => Assert.StartsWith(message, Refused(Complete(part)));

    [Theory]
    [InlineData("", "body: empty")]
    [InlineData("{", "body: not JSON at line 1")]
    [InlineData("[]", "body: expected an object, found a list")]
    [InlineData("null", "body: expected an object, found null")]
    [InlineData("{\"image\":\"i\",\"image\":\"j\"}", "image: given twice")]
    [InlineData("{\"image\":\"i\"}", "command: missing")]
    public void A_wrong_body_is_named(string body, string message) => Assert.StartsWith(message, Refused(body));

    [Fact]
    public void Depth_size_and_bytes_are_bounded()
    {
        Assert.StartsWith("body: nested deeper than 64", Refused(Complete(Json("{'metadata':" + new string('[', 100_000) + new string(']', 100_000) + "}"))));
        Assert.StartsWith("metadata: more than 64 KB", Refused(Complete(Json("{'metadata':{'a':'" + new string('x', 65_536) + "'}}"))));
        Assert.StartsWith("command: more than 128 KB", Refused(Complete(Json("{'command':['" + new string('x', 131_072) + "']}"))));
        Assert.StartsWith("variables: more than 128 KB", Refused(Complete(Json("{'variables':{'A':'" + new string('x', 131_072) + "'}}"))));
        Assert.StartsWith("files: more than 1 MB", Refused(Complete(Json("{'files':[{'path':'x','content':'" + Convert.ToBase64String(new byte[(1 << 20) + 1]) + "'}]}"))));
        var many = string.Join(',', Enumerable.Range(0, 400));
        Assert.StartsWith("array.batch: more than 100000", Refused(Complete(Json("{'array':{'batch':{'a':[" + many + "],'b':[" + many + "]}}}"))));
        var bytes = Encoding.UTF8.GetBytes("{\"image\":\"?\"}");
        bytes[10] = 0xff;
        Assert.StartsWith("body: not UTF-8", Assert.Throws<RefusalException>(() => JobSpecReader.Read(bytes, Now)).Message);
    }

    [Fact]
    public void A_refusal_does_not_repeat_what_was_sent()
    {
        var large = new string('x', 1 << 20);
        string[] parts =
        [
            "{'startIn':'" + large + "'}", "{'overlap':'" + large + "'}", "{'" + large + "':1}", "{'cron':'" + large + "'}",
            "{'priority':" + new string('1', 1000) + "}", "{'retry':{'classes':{'" + large[..900] + "':1}}}", "{'" + large[..900] + "':1}",
        ];
        foreach (var part in parts.Select(Json))
            Assert.InRange(Refused(Complete(part)).Length, 10, 1500);
    }

    [Fact]
    public void A_start_that_passed_on_the_way_is_now() => Assert.NotNull(Read(Complete("""{"startAt":"2026-03-01T11:59:30Z"}""")).StartAt);

    /// <summary>The part over a job that is right.</summary>
    private static string Complete(string part)
    {
        var fields = part[1..^1];
        var image = part.Contains("\"image\"", StringComparison.Ordinal) ? "" : "\"image\":\"i\",";
        var command = part.Contains("\"command\"", StringComparison.Ordinal) ? "" : "\"command\":[\"a\"],";
        return $"{{{image}{command}{fields}}}";
    }

    private static string Json(string singleQuoted) => singleQuoted.Replace('\'', '"');

    private static JobSpec Read(string json) => JobSpecReader.Read(Encoding.UTF8.GetBytes(json), Now);

    private static string Refused(string json)
    {
        var refusal = Assert.Throws<RefusalException>(() => Read(json));
        Assert.Equal(RefusalKind.Bad, refusal.Kind);
        return refusal.Message;
    }
}
