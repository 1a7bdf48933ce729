using System.Text.Json;
using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;
using Glovebox.Functions.Stores;
using Glovebox.Jobs.Stores;
using Glovebox.Storage.Sql.Jobs;

namespace Glovebox.Storage.Sql.Functions;

/// <summary>Rows of calls. Status, number and attempts are columns, which change; the rest is the document.</summary>
internal static class CallTable
{
    public const string All = "select document, status, number, attempts from calls";
    public const string Whole = "select document, status, number, attempts, input, media, callback from calls";

    /// <summary>How often a callback is tried again.</summary>
    private const long Retries = 5;

    private static readonly string[] Columns =
        ["id", "function", "version", "status", "number", "node", "attempts", "created_at", "finished_at", "input", "media", "callback", "document"];

    // A call that was answered at once has no number, node, input or callback, and each value costs.
    private static readonly string[] AnsweredColumns = ["id", "function", "version", "status", "attempts", "created_at", "finished_at", "document"];

    public static async Task<bool> AddAsync(SqlSession sql, IReadOnlyList<Call> calls)
    {
        await SqlInsert.RunAsync(sql, "calls", AnsweredColumns, [.. calls.Select(Answered)]);
        return true;
    }

    public static async Task<Call> SubmitAsync(Change change, WaitingCall waiting, bool numbered)
    {
        var sql = change.Sql;
        if (await sql.FirstAsync($"{All} where id = @id", Read, ("id", waiting.Call.Id)) is { } earlier) return earlier;
        var call = numbered ? waiting.Call with { Number = await Counters.NextAsync(sql, "calls") } : waiting.Call;
        await SqlInsert.RunAsync(sql, "calls", Columns, [Row(call, waiting.Node, waiting.Input)]);
        change.Signal(JobSignals.Calls);
        return call;
    }

    public static async Task<List<WaitingCall>> TakeAsync(SqlSession sql, string node, int limit, string[] blocked)
    {
        var taken = await sql.ReadAsync(
            $"{Whole} c where status = 'pending' and node = @node and not ({sql.Dialect.In("function", "@blocked")}) order by seq limit @limit{sql.Dialect.SkipLocked("c")}",
            row => new WaitingCall(Read(row), node, Input(row, 4)), ("node", node), ("blocked", blocked), ("limit", (long)limit));
        if (taken.Count == 0) return taken;
        await sql.RunAsync(
            $"update calls set status = 'running', attempts = attempts + 1 where {sql.Dialect.In("id", "@ids")}", ("ids", taken.Select(t => t.Call.Id).ToArray()));
        return taken.ConvertAll(one => one with { Call = one.Call with { Status = CallStatus.Running, Attempts = one.Call.Attempts + 1 } });
    }

    public static async Task<bool> FinishAsync(Change change, Call ended, CallbackDelivery? told)
    {
        var done = await change.Sql.RunAsync(
            "update calls set status = @status, finished_at = @at, version = @version, document = @document where id = @id and status in ('pending', 'running')",
            ("status", WireWords.Of(ended.Status)), ("at", ended.FinishedAt), ("version", (long)ended.Version), ("document", Document(ended)), ("id", ended.Id));
        if (done == 0) return false;
        if (told is null) return true;
        await change.Sql.RunAsync(
            """
            insert into deliveries (id, job_id, execution_id, kind, target, cause, headers, body, retries, attempts, status, next_at, due_at)
            values (@id, @call, @call, 'webhook', @url, 'finishes', '{}', @body, @retries, 0, 'pending', @now, @now)
            """,
            ("id", told.Id), ("call", ended.Id), ("url", told.Url), ("body", told.Body), ("retries", Retries), ("now", ended.FinishedAt));
        change.Signal(JobSignals.Deliveries);
        return true;
    }

    public static async Task<Page<Call>> ListAsync(SqlSession sql, CallFilter filter)
    {
        var where = new List<string>();
        var values = new List<(string, object?)> { ("limit", (long)filter.Limit + 1) };
        if (filter.Function is { } function) Add("function = @function", "function", function);
        if (filter.Status is { } status) Add("status = @status", "status", WireWords.Of(status));
        if (long.TryParse(filter.Cursor, out var before)) Add("seq < @before", "before", before);
        var found = await sql.ReadAsync(
            $"select document, status, number, attempts, seq from calls{(where.Count == 0 ? "" : $" where {string.Join(" and ", where)}")} order by seq desc limit @limit",
            row => (Call: Read(row), Seq: row.Number(4)), [.. values]);
        var more = found.Count > filter.Limit;
        var shown = more ? found[..filter.Limit] : found;
        return new Page<Call>(shown.ConvertAll(one => one.Call), more ? shown[^1].Seq.ToString() : null);

        void Add(string condition, string name, object value)
        {
            where.Add(condition);
            values.Add((name, value));
        }
    }

    public static async Task<int> TrimAsync(SqlSession sql, string function, int keep, DateTimeOffset before)
    {
        var last = await sql.NumberAsync(
            "select seq from calls where function = @name order by seq desc limit 1 offset @keep", ("name", function), ("keep", (long)keep));
        return await sql.RunAsync(
            "delete from calls where function = @name and finished_at is not null and (seq <= @last or finished_at < @before)",
            ("name", function), ("last", last), ("before", before));
    }

    public static Call Read(SqlRow row)
    {
        var call = JsonSerializer.Deserialize(row.Text(0), FunctionsJson.Default.Call)!;
        return call with { Status = WireWords.Find<CallStatus>(row.Text(1))!.Value, Number = row.Whole(2), Attempts = (int)row.Number(3) };
    }

    /// <param name="first">Where its three columns begin.</param>
    public static CallInput Input(SqlRow row, int first) => new(
        row.TextOrNull(first) is { } text ? Convert.FromBase64String(text) : ReadOnlyMemory<byte>.Empty, row.TextOrNull(first + 1) ?? "application/json",
        row.TextOrNull(first + 2));

    private static object?[] Row(Call call, string? node, CallInput? input) =>
    [
        call.Id, call.Function, (long)call.Version, WireWords.Of(call.Status), call.Number, node, (long)call.Attempts, call.CreatedAt, call.FinishedAt,
        input is null ? null : Convert.ToBase64String(input.Body.Span), input?.ContentType, input?.Callback, Document(call),
    ];

    private static object?[] Answered(Call call) =>
        [call.Id, call.Function, (long)call.Version, WireWords.Of(call.Status), (long)call.Attempts, call.CreatedAt, call.FinishedAt, Document(call)];

    private static string Document(Call call) => JsonSerializer.Serialize(call, FunctionsJson.Default.Call);
}
