using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Functions.Stores;
using Glovebox.Jobs.Stores;
using Glovebox.Storage.Sql.Jobs;

namespace Glovebox.Storage.Sql.Functions;

/// <summary>Runtimes and functions, in the same database as the jobs.</summary>
public sealed class SqlFunctions(IJobDatabase database) : IFunctionStore
{
    public IDisposable Listen(Action changed) => database.Listen(signals =>
    {
        if (signals.HasFlag(JobSignals.Functions)) changed();
    });

    public Task<FunctionRuntime> PutRuntimeAsync(string name, RuntimeSpec spec, DateTimeOffset now, CancellationToken cancellation) =>
        database.ChangeAsync(change => RuntimeTable.PutAsync(change.Sql, name, spec, now), cancellation);

    public async Task<IReadOnlyList<FunctionRuntime>> ListRuntimesAsync(CancellationToken cancellation) =>
        await database.ReadAsync(RuntimeTable.ListAsync, cancellation);

    public Task<FunctionRuntime?> FindRuntimeAsync(string name, int? version, CancellationToken cancellation) =>
        database.ReadAsync(sql => RuntimeTable.FindAsync(sql, name, version), cancellation);

    public async Task<IReadOnlyList<string>> RemoveRuntimeAsync(string name, CancellationToken cancellation) =>
        await database.ChangeAsync(change => RuntimeTable.RemoveAsync(change.Sql, name), cancellation);

    public Task<int> ReserveVersionAsync(string name, CancellationToken cancellation) => database.ChangeAsync(
        async change => (int)await Counters.NextAsync(change.Sql, $"version of {name}"), cancellation);

    public Task<Function> AddVersionAsync(FunctionVersion version, DateTimeOffset? nextAt, CancellationToken cancellation) =>
        ToldAsync(sql => FunctionTable.AddAsync(sql, version, nextAt), cancellation);

    public async Task<IReadOnlyList<Function>> ListAsync(CancellationToken cancellation) =>
        await database.ReadAsync(sql => FunctionTable.ListAsync(sql, null), cancellation);

    public async Task<Function?> FindAsync(string name, CancellationToken cancellation) =>
        (await database.ReadAsync(sql => FunctionTable.ListAsync(sql, name), cancellation)).FirstOrDefault();

    public async Task<IReadOnlyList<FunctionVersion>> ListVersionsAsync(string name, CancellationToken cancellation) =>
        await database.ReadAsync(sql => FunctionTable.VersionsAsync(sql, name), cancellation);

    public Task<Function?> SwitchAsync(string name, int version, DateTimeOffset? nextAt, DateTimeOffset now, CancellationToken cancellation) =>
        ToldAsync(sql => FunctionTable.SwitchAsync(sql, name, version, nextAt, now), cancellation);

    public Task<Function?> SetAliasAsync(string name, FunctionAlias alias, CancellationToken cancellation) =>
        ToldAsync(sql => FunctionTable.SetAliasAsync(sql, name, alias), cancellation);

    public Task<Function?> RemoveAliasAsync(string name, string alias, CancellationToken cancellation) =>
        ToldAsync(sql => FunctionTable.RemoveAliasAsync(sql, name, alias), cancellation);

    public Task<bool> RemoveVersionAsync(string name, int version, CancellationToken cancellation) =>
        ToldAsync(sql => FunctionTable.RemoveVersionAsync(sql, name, version), cancellation);

    public Task<bool> RemoveAsync(string name, CancellationToken cancellation) =>
        ToldAsync(sql => FunctionTable.RemoveAsync(sql, name), cancellation);

    private Task<T> ToldAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation) => database.ChangeAsync(
        change =>
        {
            change.Signal(JobSignals.Functions);
            return work(change.Sql);
        },
        cancellation);
}
