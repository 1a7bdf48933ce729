using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Serve;

/// <summary>Bad requests against the real server: each is refused with the field's name, and the store holds nothing afterwards.</summary>
public sealed class PayloadTests : Place
{
    /// <summary>A field of a job that is otherwise right, its wrong value, and what the answer must name.</summary>
    private static readonly (string Field, string Value, string Named)[] Native =
    [
        ("environment", "1", "environment"), ("environment", "\"\"", "environment"), ("environment", "null", "image"), ("image", "\"debian\"", "environment"),
        ("command", "null", "command"), ("command", "[]", "command"), ("command", "\"\"", "command"), ("command", "[1]", "command[0]"), ("command", "{}", "command"),
        ("command", "\"unclosed 'quote\"", "command"), ("command", "[\"a\\u0000b\"]", "command[0]"), ("command", "[\"\\ud800\"]", "command[0]"),
        ("variables", "[]", "variables"), ("variables", "{\"A=B\":\"1\"}", "variables.A=B"), ("variables", "{\"A\":{}}", "variables.A"),
        ("variables", "{\"A\":\"1\",\"A\":\"2\"}", "variables.A"), ("variables", "{\"API_KEY\":\"***\"}", "variables.API_KEY"),
        ("workingDirectory", "\"here\"", "workingDirectory"), ("workingDirectory", "\"/a/../b\"", "workingDirectory"),
        ("startAt", "\"2001-01-01T00:00:00Z\"", "startAt"), ("startAt", "\"tomorrow\"", "startAt"), ("startAt", "\"2999-01-01T00:00:00\"", "startAt"),
        ("startAt", "1700000000", "startAt"), ("startIn", "-1", "startIn"), ("startIn", "\"soon\"", "startIn"), ("startIn", "1e300", "startIn"), ("startIn", "1e999", "startIn"),
        ("cron", "\"\"", "cron"), ("cron", "\"* * *\"", "cron"), ("cron", "\"99 * * * *\"", "cron"), ("cron", "\"0 0 31 2 *\"", "cron"), ("cron", "5", "cron"),
        ("timeZone", "\"UTC\"", "timeZone"), ("overlap", "\"skip\"", "overlap"), ("overlap", "\"maybe\"", "overlap"), ("catchUp", "\"all\"", "catchUp"),
        ("expiresAt", "\"2001-01-01T00:00:00Z\"", "expiresAt"), ("retry", "3", "retry"), ("retry", "{\"limit\":-1}", "retry.limit"), ("retry", "{\"limit\":1.5}", "retry.limit"),
        ("retry", "{\"limit\":99999999999}", "retry.limit"), ("retry", "{\"classes\":{\"exit-code\":1}}", "retry.classes.exit-code"), ("retry", "{\"factor\":0}", "retry.factor"),
        ("retry", "{\"delaySeconds\":\"x\"}", "retry.delaySeconds"), ("retry", "{\"jitter\":2}", "retry.jitter"), ("retry", "{\"memoryFactor\":0.5}", "retry.memoryFactor"),
        ("retry", "{\"maxMemoryBytes\":1}", "retry.maxMemoryBytes"), ("retry", "{\"limits\":1}", "retry.limits"),
        ("limits", "{\"memoryBytes\":1}", "limits.memoryBytes"), ("limits", "{\"memoryBytes\":\"much\"}", "limits.memoryBytes"), ("limits", "{\"cpus\":0}", "limits.cpus"),
        ("limits", "{\"pids\":0}", "limits.pids"), ("limits", "{\"diskBytes\":-5}", "limits.diskBytes"), ("limits", "{\"timeoutSeconds\":0}", "limits.timeoutSeconds"),
        ("limits", "{\"memory\":\"1g\"}", "limits.memory"), ("graceSeconds", "4000", "graceSeconds"), ("graceSeconds", "true", "graceSeconds"), ("network", "\"bridge\"", "network"),
        ("priority", "1001", "priority"), ("priority", "\"high\"", "priority"), ("key", "\"\"", "key"), ("volumes", "[{\"source\":\"/etc\",\"target\":\"/x\"}]", "volumes[0]"),
        ("volumes", "[{\"source\":\"etc\",\"target\":\"/x\"}]", "volumes[0].source"), ("volumes", "[{\"source\":\"/a\",\"target\":\"/\"}]", "volumes[0].target"), ("volumes", "{}", "volumes"),
        ("files", "[{\"path\":\"../x\",\"content\":\"\"}]", "files[0].path"), ("files", "[{\"path\":\"x\",\"content\":\"no base64!\"}]", "files[0].content"),
        ("files", "[{\"path\":\"x\",\"content\":\"\"},{\"path\":\"x\",\"content\":\"\"}]", "files[1].path"), ("outputs", "[\"/etc/passwd\"]", "outputs[0]"), ("outputs", "\"x\"", "outputs"),
        ("array", "{\"from\":1}", "array.to"), ("array", "{\"from\":2,\"to\":1}", "array.to"), ("array", "{\"from\":1,\"to\":9000000000}", "array.to"),
        ("array", "{\"batch\":{}}", "array.batch"), ("array", "{\"batch\":{\"index\":[1]}}", "array.batch.index"), ("array", "{\"from\":1,\"to\":2,\"parallelism\":0}", "array.parallelism"),
        ("pull", "\"often\"", "pull"), ("extraHosts", "{\"h\":\"x\"}", "extraHosts.h"), ("extraHosts", "{\"a b\":\"1.2.3.4\"}", "extraHosts.a b"), ("metadata", "[]", "metadata"),
        ("metadata", "{\"a\":\"\\ud800\"}", "metadata.a"), ("metadata", "{\"a\":1e999}", "metadata.a"), ("notify", "{\"fails\":[\"nobody\"]}", "notify.fails[0]"),
        ("notify", "{\"always\":[]}", "notify.always"), ("webhooks", "{\"fails\":[{\"url\":\"file:///etc/passwd\"}]}", "webhooks.fails[0].url"),
        ("webhooks", "{\"fails\":[{\"url\":\"http://x/\",\"headers\":{\"a b\":\"c\"}}]}", "webhooks.fails[0].headers.a b"),
        ("webhooks", "{\"fails\":[{\"url\":\"http://x/\",\"headers\":{\"A\":\"b\\r\\nC: d\"}}]}", "webhooks.fails[0].headers.A"),
        ("webhooks", "{\"fails\":[{\"url\":\"http://x/\",\"retries\":101}]}", "webhooks.fails[0].retries"), ("webhooks", "{\"fails\":\"http://x/\"}", "webhooks.fails"),
        ("comand", "[]", "'command'"), ("id", "1", "id"),
    ];

    private static readonly (string Field, string Value, string Named)[] Fastlane =
    [
        ("image", "null", "image"), ("image", "\"\"", "image"), ("image", "\"a b\"", "image"), ("image", "{}", "image"), ("command", "null", "command"), ("command", "\"\"", "command"),
        ("command", "7", "command"), ("envs", "[]", "envs"), ("envs", "{\"A=B\":\"1\"}", "envs.A=B"), ("envs", "{\"A\":[]}", "envs.A"), ("startIn", "\"later\"", "startIn"),
        ("startIn", "-5", "startIn"), ("startAt", "1", "startAt"), ("startAt", "\"monday\"", "startAt"), ("startAt", "1e30", "startAt"), ("cron", "\"bad\"", "cron"), ("cron", "\"* * * * 9\"", "cron"),
        ("metadata", "\"x\"", "metadata"), ("notify", "[]", "notify"), ("notify", "{\"succeeds\":[\"x\"]}", "notify.succeeds[0]"),
        ("webhooks", "{\"succeeds\":[{\"url\":\"ftp://x\"}]}", "webhooks.succeeds[0].url"), ("webhooks", "{\"succeeds\":[{}]}", "webhooks.succeeds[0].url"), ("retries", "-1", "retries"),
        ("retries", "\"4\"", "retries"), ("retries", "1001", "retries"), ("expiration", "1", "expiration"), ("expiration", "\"never\"", "expiration"), ("timeout", "0", "timeout"),
        ("timeout", "\"long\"", "timeout"), ("additionalDNSEntries", "{\"h\":\"nowhere\"}", "additionalDNSEntries.h"), ("additionalDNSEntries", "[]", "additionalDNSEntries"),
        ("retry", "{}", "retry"), ("imgae", "1", "'image'"),
    ];

    private static readonly string Deep = string.Concat(Enumerable.Repeat("{\"a\":", 5000)) + "1" + new string('}', 5000);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_wrong_field_is_refused_by_name_and_nothing_is_stored()
    {
        await using var served = await Served.StartAsync(Glovebox, Project);
        var wrong = new List<string>();
        foreach (var (field, value, named) in Native)
            await RefusedAsync("/v1/tasks/t/jobs", With("""{"environment":"host","command":["true"]}""", field, value), 400, named);
        foreach (var (field, value, named) in Fastlane)
        {
            await RefusedAsync("/tasks/t/", With("""{"image":"host","command":"true"}""", field, value), 400, named);
            await RefusedAsync($"/tasks/t/jobs/{Guid.NewGuid()}/", With("""{"image":"host","command":"true"}""", field, value), 400, named, HttpMethod.Put);
        }

        var huge = With("""{"image":"host","command":"true"}""", "metadata", $"{{\"a\":\"{new string('x', 10 << 20)}\"}}");
        foreach (var path in (string[])["/v1/tasks/t/jobs", "/tasks/t/"])
        {
            await RefusedAsync(path, huge, 413, "2 MB");
            await RefusedAsync(path, With("""{"image":"host","command":"true"}""", "metadata", Deep), 400, "nested");
            foreach (var body in (string[])["{", "[]", "null", "\"x\"", "{}{}", "NaN", "{\"image\":}"]) await RefusedAsync(path, body, 400, "body");
            await RefusedAsync(path, "", 400, "empty");
        }

        await RefusedAsync("/v1/tasks/a%7Cb/jobs", """{"environment":"host","command":["true"]}""", 400, "task");
        await RefusedAsync("/tasks/a%2Fb/", """{"image":"host","command":"true"}""", 400, "task");

        Assert.Empty(wrong);
        Assert.Empty((await served.GetAsync("/v1/jobs"))["items"]!.AsArray());
        Assert.Empty((await served.GetAsync("/v1/tasks"))["items"]!.AsArray());
        Assert.Empty((await served.GetAsync("/v1/executions"))["items"]!.AsArray());

        async Task RefusedAsync(string path, string body, int status, string named, HttpMethod? method = null)
        {
            using var request = new HttpRequestMessage(method ?? HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            using var reply = await served.Http.SendAsync(request, Cancellation);
            var text = await reply.Content.ReadAsStringAsync(Cancellation);
            if ((int)reply.StatusCode == status && ((string?)JsonNode.Parse(text)!["detail"])!.Contains(named, StringComparison.Ordinal)) return;
            wrong.Add($"{path} {(body.Length > 200 ? body[..200] : body)}: {(int)reply.StatusCode} {text}");
        }
    }

    [Fact]
    public async Task A_body_that_never_ends_is_refused_too()
    {
        await using var served = await Served.StartAsync(Glovebox, Project);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/tasks/t/jobs") { Content = new StreamContent(new Blanks(10 << 20)) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TransferEncodingChunked = true;
        using var reply = await served.Http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, reply.StatusCode);
        Assert.Equal("succeeded", (string?)(await served.WaitAsync(await served.SubmitAsync("t", "true")))["status"]);
    }

    private static string With(string json, string field, string value)
    {
        var others = JsonNode.Parse(json)!.AsObject().Where(pair => pair.Key != field).Select(pair => $"\"{pair.Key}\":{pair.Value!.ToJsonString()}");
        return $"{{{string.Join(',', others)},\"{field}\":{value}}}";
    }

    /// <summary>So many blanks, of a length that nobody is told.</summary>
    private sealed class Blanks(long left) : Stream
    {
        private long _left = left;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var some = (int)Math.Min(count, _left);
            buffer.AsSpan(offset, some).Fill((byte)' ');
            _left -= some;
            return some;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
