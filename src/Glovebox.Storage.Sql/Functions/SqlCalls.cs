using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;
using Glovebox.Functions.Stores;
using Glovebox.Jobs.Stores;
using Glovebox.Storage.Sql.Jobs;

namespace Glovebox.Storage.Sql.Functions;

/// <summary>Calls, in the same database as the jobs, so that the outbox of jobs tells of their ends.</summary>
public sealed class SqlCalls(IJobDatabase database) : ICallStore, ITickStore
{
    public IDisposable Listen(Action accepted) => database.Listen(signals =>
    {
        if (signals.HasFlag(JobSignals.Calls)) accepted();
    });

    public Task AddAsync(IReadOnlyList<Call> ended, CancellationToken cancellation) =>
        database.ChangeAsync(change => CallTable.AddAsync(change.Sql, ended), cancellation);

    public Task<Call> SubmitAsync(WaitingCall call, bool numbered, CancellationToken cancellation) =>
        database.ChangeAsync(change => CallTable.SubmitAsync(change, call, numbered), cancellation);

    public async Task<IReadOnlyList<WaitingCall>> TakeAsync(string node, int limit, IReadOnlyCollection<string> blocked, CancellationToken cancellation) =>
        await database.ChangeAsync(change => CallTable.TakeAsync(change.Sql, node, limit, [.. blocked]), cancellation);

    public Task ReleaseAsync(string id, CancellationToken cancellation) => database.ChangeAsync(
        change => change.Sql.RunAsync("update calls set status = 'pending' where id = @id and status = 'running'", ("id", id)), cancellation);

    public Task<int> ReleaseAllAsync(string node, CancellationToken cancellation) => database.ChangeAsync(
        change => change.Sql.RunAsync("update calls set status = 'pending' where node = @node and status = 'running'", ("node", node)), cancellation);

    public Task<bool> FinishAsync(Call ended, CallbackDelivery? told, CancellationToken cancellation) =>
        database.ChangeAsync(change => CallTable.FinishAsync(change, ended, told), cancellation);

    public Task<Call?> FindAsync(string id, CancellationToken cancellation) =>
        database.ReadAsync(sql => sql.FirstAsync($"{CallTable.All} where id = @id", CallTable.Read, ("id", id)), cancellation);

    public Task<Call?> FindByNumberAsync(long number, CancellationToken cancellation) =>
        database.ReadAsync(sql => sql.FirstAsync($"{CallTable.All} where number = @number", CallTable.Read, ("number", number)), cancellation);

    public Task<CallInput?> ParametersAsync(string id, CancellationToken cancellation) => database.ReadAsync(
        sql => sql.FirstAsync<CallInput?>("select input, media, callback from calls where id = @id and input is not null", row => CallTable.Input(row, 0), ("id", id)),
        cancellation);

    public Task<Page<Call>> ListAsync(CallFilter filter, CancellationToken cancellation) =>
        database.ReadAsync(sql => CallTable.ListAsync(sql, filter), cancellation);

    public async Task<IReadOnlyList<(Call Call, CallInput Input)>> ListNumberedAsync(CancellationToken cancellation) => await database.ReadAsync(
        sql => sql.ReadAsync($"{CallTable.Whole} where number is not null order by number", row => (CallTable.Read(row), CallTable.Input(row, 4))), cancellation);

    public Task<int> TrimAsync(string function, int keep, DateTimeOffset before, CancellationToken cancellation) =>
        database.ChangeAsync(change => CallTable.TrimAsync(change.Sql, function, keep, before), cancellation);

    public async Task<IReadOnlyList<(string Function, DateTimeOffset At)>> ListDueAsync(DateTimeOffset now, CancellationToken cancellation) =>
        await database.ReadAsync(
            sql => sql.ReadAsync("select name, next_at from functions where next_at <= @now order by next_at limit 100", row => (row.Text(0), row.Time(1)), ("now", now)),
            cancellation);

    public Task<bool> FireAsync(string function, DateTimeOffset at, DateTimeOffset? nextAt, WaitingCall call, CancellationToken cancellation) =>
        database.ChangeAsync(
            async change =>
            {
                var moved = await change.Sql.RunAsync(
                    "update functions set next_at = @next where name = @name and next_at = @at", ("next", nextAt), ("name", function), ("at", at));
                if (moved == 0) return false;
                await CallTable.SubmitAsync(change, call, numbered: false);
                return true;
            },
            cancellation);

    public Task<DateTimeOffset?> NextAsync(CancellationToken cancellation) =>
        database.ReadAsync(sql => sql.FirstAsync("select min(next_at) from functions", row => row.TimeOrNull(0)), cancellation);
}
