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
    public Task AddAsync(Run run, InstanceHandle handle, CancellationToken cancellation)
    {
        Write(run, """
            insert into runs (id, started_at, status, project, handle, document)
            values (@id, @startedAt, @status, @project, @handle, @document)
            """, Row(run, HandleDocument.Write(handle)));
        return Task.CompletedTask;
    }

    public Task<bool> KeepAsync(Run run, CancellationToken cancellation) =>
        Task.FromResult(Write(run, """
            insert into runs (id, started_at, status, project, handle, document)
            values (@id, @startedAt, @status, @project, null, @document)
            on conflict (id) do nothing
            """, Row(run, handle: null)) > 0);

    public Task UpdateAsync(Run run, bool close, CancellationToken cancellation)
    {
        var changed = Write(run, """
            update runs
            set started_at = @startedAt, status = @status, project = @project, document = @document,
                handle = case when @close then null else handle end
            where id = @id
            """, Row(run, handle: null, close));
        if (changed == 0) throw RefusalException.Unable($"run {run.Id} was removed while it ran; its record is lost, its files are in the runs folder");
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<OpenRun>> ListOpenAsync(CancellationToken cancellation) =>
        Task.FromResult(database.Use<IReadOnlyList<OpenRun>>(c =>
            [.. c.Query<(string Document, string Handle)>("select document, handle from runs where handle is not null order by started_at")
                .Select(r => new OpenRun(Read(r.Document), HandleDocument.Read(r.Handle)))]));

    public Task<IReadOnlyList<Run>> FindAsync(string part, int limit, CancellationToken cancellation) =>
        Task.FromResult(database.Use(c =>
        {
            var exact = c.QueryFirstOrDefault<string>("select document from runs where id = @part", new { part });
            if (exact is not null) return [Read(exact)];
            return (IReadOnlyList<Run>)[.. c.Query<string>(
                "select document from runs where instr(id, @part) > 0 order by started_at desc limit @limit",
                new { part, limit }).Select(Read)];
        }));

    public Task<IReadOnlyList<Run>> ListAsync(RunFilter filter, Condition? where, CancellationToken cancellation)
    {
        var query = new RunQuery(filter, where);
        return Task.FromResult(database.Use<IReadOnlyList<Run>>(c => [.. c.Query<string>(query.Sql, query.Parameters).Select(Read)]));
    }

    public Task<bool> RemoveAsync(string id, CancellationToken cancellation) =>
        Task.FromResult(database.Use(c => c.Execute("delete from run_values where run = @id; delete from runs where id = @id", new { id })) > 0);

    private int Write(Run run, string sql, DynamicParameters row) => database.Use(c =>
    {
        using var transaction = c.BeginTransaction(deferred: false);
        var changed = c.Execute(sql, row, transaction);
        if (changed > 0) RunValues.Replace(c, transaction, run);
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
            return JsonSerializer.Deserialize(document, StoreJson.Default.Run)!;
        }
        catch (JsonException error)
        {
            throw RefusalException.Unable($"a run's record is damaged ({error.Message}): {document[..Math.Min(80, document.Length)]}…; restore the database from a backup");
        }
    }
}
