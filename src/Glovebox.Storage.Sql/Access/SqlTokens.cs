using Glovebox.Access;
using Glovebox.Api;
using Glovebox.Storage.Sql.Jobs;

namespace Glovebox.Storage.Sql.Access;

/// <summary>Tokens in the same database as the jobs.</summary>
public sealed class SqlTokens(IJobDatabase database) : ITokens
{
    private const string All = "select id, name, role, hash, created_at from tokens";

    public Task AddAsync(StoredToken token, CancellationToken cancellation) => database.ChangeAsync(
        async change =>
        {
            var added = await change.Sql.RunAsync(
                "insert into tokens (id, name, role, hash, created_at) values (@id, @name, @role, @hash, @at) on conflict do nothing",
                ("id", token.Id), ("name", token.Name), ("role", token.Role), ("hash", token.Hash), ("at", token.CreatedAt));
            return added > 0 ? true : throw RefusalException.Conflict($"there is a token '{token.Name}' already; remove it or take another name");
        },
        cancellation);

    public Task<StoredToken?> FindAsync(string hash, CancellationToken cancellation) =>
        database.ReadAsync(sql => sql.FirstAsync($"{All} where hash = @hash", Read, ("hash", hash)), cancellation);

    public async Task<IReadOnlyList<StoredToken>> ListAsync(CancellationToken cancellation) =>
        await database.ReadAsync(sql => sql.ReadAsync($"{All} order by name", Read), cancellation);

    public Task<bool> RemoveAsync(string nameOrId, CancellationToken cancellation) => database.ChangeAsync(
        async change => await change.Sql.RunAsync("delete from tokens where name = @word or id = @word", ("word", nameOrId)) > 0, cancellation);

    private static StoredToken Read(SqlRow row) => new(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Time(4));
}
