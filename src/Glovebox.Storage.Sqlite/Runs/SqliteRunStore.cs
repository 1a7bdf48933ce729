using System.Text.Json;
using Dapper;
using Glovebox.Api;
using Glovebox.Api.Runs;
using Glovebox.Execution;
using Glovebox.Runs;
using Glovebox.Query;
using Glovebox.Storage.Sql;

namespace Glovebox.Storage.Sqlite.Runs;

/// <summary>Runs in the embedded database.</summary>
public sealed class SqliteRunStore(SqliteDatabase database) : IRunStore
{
    private static readonly string Insert =
        $"insert into runs (id, started_at, status, project, handle, document, {RunColumns.Names}) "
        + $"values (@id, @startedAt, @status, @project, @handle, @document, {RunColumns.Values})";

    private static readonly string Change =
        "update runs set started_at = @startedAt, status = @status, project = @project, document = @document, "
        + $"handle = case when @close then null else handle end, {RunColumns.Assignments} where id = @id";

    public Task AddAsync(Run run, InstanceHandle handle, CancellationToken cancellation)
    {
        Write(run, Insert, Row(run, HandleDocument.Write(handle)), isNew: true);
        return Task.CompletedTask;
    }

    public Task<bool> KeepAsync(Run run, CancellationToken cancellation) =>
        Task.FromResult(Write(run, Insert + " on conflict (id) do nothing", Row(run, handle: null), isNew: true) > 0);

    public Task UpdateAsync(Run run, bool close, CancellationToken cancellation)
    {
        var changed = Write(run, Change, Row(run, handle: null, close), isNew: false);
        if (changed == 0) throw RefusalException.Unable($"run {run.Id} was removed while it ran; its record is lost, its files are in the runs folder");
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<OpenRun>> ListOpenAsync(CancellationToken cancellation) =>
        Task.FromResult(database.Use<IReadOnlyList<OpenRun>>(c =>
            [.. c.Query<(string Document, string Handle)>("select document, handle from runs indexed by runs_open where handle is not null order by started_at")
                .Select(r => new OpenRun(Read(r.Document), HandleDocument.Read(r.Handle)))]));

    public Task<IReadOnlyList<Run>> FindAsync(string part, int limit, CancellationToken cancellation) =>
        Task.FromResult(database.Use(c =>
        {
            var exact = c.QueryFirstOrDefault<string>("select document from runs where id = @part", new { part });
            if (exact is not null) return [Read(exact)];
            return (IReadOnlyList<Run>)[.. c.Query<string>(
                """
                select r.document from (select id, started_at from runs where instr(id, @part) > 0 order by started_at desc limit @limit) f
                cross join runs r on r.id = f.id order by f.started_at desc
                """,
                new { part, limit }).Select(Read)];
        }));

    public Task<IReadOnlyList<Run>> ListAsync(RunFilter filter, Condition? where, CancellationToken cancellation)
    {
        var query = new RunQuery(filter, where);
        return Task.FromResult(database.Use<IReadOnlyList<Run>>(c => [.. c.Query<string>(query.Sql, query.Parameters).Select(Read)]));
    }

    public Task<bool> RemoveAsync(string id, CancellationToken cancellation) =>
        Task.FromResult(database.Use(c =>
        {
            using var transaction = c.BeginTransaction(deferred: false);
            RunValues.Remove(c, transaction, id);
            var removed = c.Execute("delete from runs where id = @id", new { id }, transaction);
            transaction.Commit();
            return removed;
        }) > 0);

    private int Write(Run run, string sql, DynamicParameters row, bool isNew) => database.Use(c =>
    {
        using var transaction = c.BeginTransaction(deferred: false);
        if (!isNew) RunValues.Remove(c, transaction, run.Id);
        var changed = c.Execute(sql, row, transaction);
        if (changed > 0) RunValues.Add(c, transaction, run);
        transaction.Commit();
        return changed;
    });

    private static DynamicParameters Row(Run run, string? handle, bool close = false)
    {
        var row = new DynamicParameters();
        row.Add("id", run.Id);
        row.Add("startedAt", run.StartedAt.ToUnixTimeMilliseconds());
        row.Add("status", StatusOf(run));
        row.Add("project", run.Project);
        row.Add("handle", handle);
        row.Add("close", close);
        row.Add("document", RunDocument.Write(run));
        return row;
    }

    private static string StatusOf(Run run) => JsonNamingPolicy.SnakeCaseLower.ConvertName(run.Status.ToString());

    private static Run Read(string document)
    {
        try
        {
            return RunReading.Read(document);
        }
        catch (JsonException error)
        {
            var beginning = document[..Math.Min(80, document.Length)];
            throw RefusalException.Unable($"a run's record is damaged ({error.Message}): {beginning}…; restore the database from a backup");
        }
    }
}
