using System.Text.Json;
using Glovebox.Api.Jobs;
using Glovebox.Api.Runs;

namespace Glovebox.Jobs.Specs;

/// <summary>The objects and lists inside a job's JSON.</summary>
internal static class JobSpecParts
{
    /// <summary>A list of words, or a text that is split as a shell splits it.</summary>
    public static IReadOnlyList<string> Command(JsonValue value) => value.Element.ValueKind switch
    {
        JsonValueKind.String => ShellWords.Split(value.Path, value.Text()),
        JsonValueKind.Array => value.List("texts", v => v.Text()),
        _ => throw value.Wrong("a text or a list of texts"),
    };

    /// <summary>Without a limit of their own, budgets add up to it.</summary>
    public static RetryPolicy Retry(JsonFields fields)
    {
        var plain = new RetryPolicy();
        var classes = fields.Read("classes", v => v.Map("whole numbers", x => x.Whole()));
        return new RetryPolicy
        {
            Limit = fields.ReadValue("limit", v => v.Whole()) ?? (int)Math.Clamp(classes?.Values.Sum(n => (long)n) ?? 0, 0, JobSpecChecks.MostRetries),
            Classes = classes,
            DelaySeconds = fields.ReadValue("delaySeconds", v => v.Seconds()) ?? plain.DelaySeconds,
            Factor = fields.ReadValue("factor", v => v.Number()) ?? plain.Factor,
            MaxDelaySeconds = fields.ReadValue("maxDelaySeconds", v => v.Seconds()) ?? plain.MaxDelaySeconds,
            Jitter = fields.ReadValue("jitter", v => v.Number()) ?? plain.Jitter,
            MemoryFactor = fields.ReadValue("memoryFactor", v => v.Number()) ?? plain.MemoryFactor,
            MaxMemoryBytes = fields.ReadValue("maxMemoryBytes", v => v.Bytes()),
        };
    }

    public static RunLimits Limits(JsonFields fields) => new(
        fields.ReadValue("memoryBytes", v => v.Bytes()), fields.ReadValue("cpus", v => v.Number()), fields.ReadValue("pids", v => v.Whole()),
        fields.ReadValue("diskBytes", v => v.Bytes()), fields.ReadValue("timeoutSeconds", v => v.Seconds()));

    public static JobVolume Volume(JsonFields fields) => new(
        fields.Read("source", v => v.Text()) ?? "", fields.Read("target", v => v.Text()) ?? "", fields.ReadValue("readOnly", v => v.Truth()) ?? false);

    public static JobFile File(JsonFields fields) => new(
        fields.Read("path", v => v.Text()) ?? "", fields.Read("content", Base64) ?? [], fields.ReadValue("executable", v => v.Truth()) ?? false);

    /// <summary>A batch may be an object, <c>{"a": [1, 2]}</c>, or the list of names and values that we write.</summary>
    public static JobArray Array(JsonFields fields) => new(
        fields.ReadValue("from", v => v.Long()), fields.ReadValue("to", v => v.Long()), fields.Read("batch", Batch),
        fields.ReadValue("parallelism", v => v.Whole()));

    public static OutcomeTargets<string> Notify(JsonFields fields) => Targets(fields, "mail addresses", v => v.Text());

    public static OutcomeTargets<Webhook> Webhooks(JsonFields fields) => Targets(fields, "webhooks", v => v.Object(Webhook));

    private static OutcomeTargets<T> Targets<T>(JsonFields fields, string what, Func<JsonValue, T> read) => new(
        fields.Read("succeeds", v => v.List(what, read)) ?? [], fields.Read("fails", v => v.List(what, read)) ?? [],
        fields.Read("finishes", v => v.List(what, read)) ?? []);

    private static Webhook Webhook(JsonFields fields)
    {
        var url = fields.Read("url", v => v.Text()) ?? "";
        var headers = fields.Read("headers", v => v.Map("texts", x => x.Plain())) ?? new Dictionary<string, string>();
        return fields.ReadValue("retries", v => v.Whole()) is { } retries ? new Webhook(url, headers, retries) : new Webhook(url, headers);
    }

    private static IReadOnlyList<ArrayParameter> Batch(JsonValue value) => value.Element.ValueKind == JsonValueKind.Array
        ? value.List("parameters", v => v.Object(f => new ArrayParameter(f.Read("name", x => x.Text()) ?? "", f.Read("values", Values) ?? [])))
        : [.. value.Map("lists of values", Values).Select(p => new ArrayParameter(p.Key, p.Value))];

    private static IReadOnlyList<string> Values(JsonValue value) => value.List("values", v => v.Plain());

    private static byte[] Base64(JsonValue value)
    {
        value.Expect(JsonValueKind.String, "a text in base64");
        return value.Element.TryGetBytesFromBase64(out var bytes) ? bytes : throw value.Refuse("not base64");
    }
}
