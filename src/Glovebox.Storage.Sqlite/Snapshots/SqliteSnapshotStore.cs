using System.Text;
using System.Text.Json;
using Dapper;
using Glovebox.Api;
using Glovebox.Api.Snapshots;
using Glovebox.Snapshots.Records;
using Glovebox.Storage.Sqlite.Runs;
using Microsoft.Data.Sqlite;

namespace Glovebox.Storage.Sqlite.Snapshots;

/// <summary>Snapshots in the embedded database.</summary>
public sealed class SqliteSnapshotStore(SqliteDatabase database) : ISnapshotStore
{
    private const string Select = "select document, exists (select 1 from pins where pins.id = snapshots.id) as pinned from snapshots";

    public Task<Snapshot?> ChangeAsync(string id, Func<Snapshot?, Snapshot?> change, CancellationToken cancellation) =>
        Task.FromResult(database.Use(c =>
        {
            // Not deferred: the write lock is ours before the record is read.
            using var transaction = c.BeginTransaction(deferred: false);
            var present = c.Query<(string Document, long Pinned)>($"{Select} where id = @id", new { id }, transaction).Select(Read).FirstOrDefault();
            var next = change(present);
            if (next is null) c.Execute("delete from snapshots where id = @id; delete from pins where id = @id; delete from checkouts where id = @id", new { id }, transaction);
            else Put(c, transaction, next with { Id = id });
            transaction.Commit();
            return next;
        }));

    public Task<IReadOnlyList<Snapshot>> FindAsync(string name, int limit, CancellationToken cancellation) =>
        Task.FromResult(database.Use<IReadOnlyList<Snapshot>>(c =>
        {
            string[] conditions =
            [
                "id = @name",
                "exists (select 1 from json_each(document, '$.entries') e where json_extract(e.value, '$.label') = @name)",
                "instr(id, @name) > 0",
            ];
            foreach (var condition in conditions)
            {
                var found = c.Query<(string Document, long Pinned)>($"{Select} where {condition} order by changed_at desc, id limit @limit", new { name, limit }).Select(Read).ToList();
                if (found.Count > 0) return found;
            }

            return [];
        }));

    public Task<IReadOnlyList<Snapshot>> ListAsync(SnapshotFilter filter, CancellationToken cancellation)
    {
        var sql = new StringBuilder(Select).Append(" where 1");
        if (filter.Project is not null) sql.Append(" and ").Append(AnyEntry("json_extract(e.value, '$.project') = @project"));
        if (filter.Label is not null) sql.Append(" and ").Append(AnyEntry("json_extract(e.value, '$.label') = @label"));
        if (filter.Text is not null)
            sql.Append(" and ").Append(AnyEntry("instr(lower(json_extract(e.value, '$.message') || ' ' || coalesce(json_extract(e.value, '$.label'), '')), lower(@text)) > 0"));
        sql.Append(" order by changed_at desc, id");
        if (filter.Limit is not null) sql.Append(" limit @limit");
        var values = new DynamicParameters();
        values.Add("project", filter.Project);
        values.Add("label", filter.Label);
        values.Add("text", filter.Text);
        values.Add("limit", filter.Limit);
        return Task.FromResult(database.Use<IReadOnlyList<Snapshot>>(c => [.. c.Query<(string Document, long Pinned)>(sql.ToString(), values).Select(Read)]));
    }

    public Task<Snapshot?> FindByTreeAsync(string project, string tree, CancellationToken cancellation) =>
        Task.FromResult(database.Use(c => c.Query<(string Document, long Pinned)>(
            $"{Select} where tree = @tree and {AnyEntry("json_extract(e.value, '$.project') = @project")} order by changed_at desc, id limit 1",
            new { tree, project }).Select(Read).FirstOrDefault()));

    public Task<string?> GetCurrentAsync(string project, CancellationToken cancellation) =>
        Task.FromResult(database.Use(c => c.QueryFirstOrDefault<string?>("select id from checkouts where project = @project", new { project })));

    public Task SetCurrentAsync(string project, string id, CancellationToken cancellation)
    {
        database.Use(c => c.Execute(
            "insert into checkouts (project, id) values (@project, @id) on conflict (project) do update set id = excluded.id", new { project, id }));
        return Task.CompletedTask;
    }

    public Task SetPinAsync(string id, bool pinned, CancellationToken cancellation)
    {
        database.Use(c => c.Execute(
            pinned ? "insert into pins (id) values (@id) on conflict do nothing" : "delete from pins where id = @id", new { id }));
        return Task.CompletedTask;
    }

    public Task<IReadOnlySet<string>> ListPinsAsync(CancellationToken cancellation) =>
        Task.FromResult(database.Use<IReadOnlySet<string>>(c => c.Query<string>("select id from pins").ToHashSet(StringComparer.Ordinal)));

    private static string AnyEntry(string condition) => $"exists (select 1 from json_each(document, '$.entries') e where {condition})";

    private static void Put(SqliteConnection connection, SqliteTransaction transaction, Snapshot snapshot) => connection.Execute(
        """
        insert into snapshots (id, changed_at, tree, document) values (@id, @changedAt, @tree, @document)
        on conflict (id) do update set changed_at = excluded.changed_at, tree = excluded.tree, document = excluded.document
        """,
        new
        {
            id = snapshot.Id,
            changedAt = snapshot.Entries.Max(entry => entry.CreatedAt).ToUnixTimeMilliseconds(),
            tree = snapshot.Tree,
            document = JsonSerializer.Serialize(snapshot with { Pinned = false }, StoreJson.Default.Snapshot),
        },
        transaction);

    private static Snapshot Read((string Document, long Pinned) row)
    {
        try
        {
            return SnapshotReading.Read(row.Document) with { Pinned = row.Pinned != 0 };
        }
        catch (JsonException error)
        {
            throw RefusalException.Unable($"a snapshot's record is damaged ({error.Message}): {row.Document[..Math.Min(80, row.Document.Length)]}…; restore the database from a backup");
        }
    }
}
