using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Functions;

namespace Glovebox.Storage.Sql.Functions;

/// <summary>Functions, their versions, and their aliases, which are a document of the function.</summary>
internal static class FunctionTable
{
    public static async Task<Function> AddAsync(SqlSession sql, FunctionVersion version, DateTimeOffset? nextAt)
    {
        await sql.RunAsync(
            "insert into function_versions (name, version, runtime, document) values (@name, @version, @runtime, @document)",
            ("name", version.Function), ("version", (long)version.Version), ("runtime", version.Spec.Runtime),
            ("document", JsonSerializer.Serialize(version, FunctionsJson.Default.FunctionVersion)));
        await sql.RunAsync(
            """
            insert into functions (name, version, aliases, created_at, modified_at, next_at) values (@name, @version, '[]', @now, @now, @next)
            on conflict (name) do update set version = excluded.version, modified_at = excluded.modified_at, next_at = excluded.next_at
            """,
            ("name", version.Function), ("version", (long)version.Version), ("now", version.CreatedAt), ("next", nextAt));
        return (await FindAsync(sql, version.Function))!;
    }

    public static Task<List<Function>> ListAsync(SqlSession sql, string? name) => sql.ReadAsync(
        $"""
        select f.name, f.version, f.aliases, f.created_at, f.modified_at, f.next_at, v.document
        from functions f join function_versions v on v.name = f.name and v.version = f.version
        {(name is null ? "" : "where f.name = @name")} order by f.name
        """,
        Read, name is null ? [] : [("name", name)]);

    public static async Task<Function?> FindAsync(SqlSession sql, string name) => (await ListAsync(sql, name)).FirstOrDefault();

    public static Task<List<FunctionVersion>> VersionsAsync(SqlSession sql, string name) => sql.ReadAsync(
        "select document from function_versions where name = @name order by version desc",
        row => JsonSerializer.Deserialize(row.Text(0), FunctionsJson.Default.FunctionVersion)!, ("name", name));

    public static async Task<Function?> SwitchAsync(SqlSession sql, string name, int version, DateTimeOffset? nextAt, DateTimeOffset now)
    {
        var changed = await sql.RunAsync(
            """
            update functions set version = @version, modified_at = @now, next_at = @next
            where name = @name and exists (select 1 from function_versions v where v.name = functions.name and v.version = @version)
            """,
            ("version", (long)version), ("now", now), ("next", nextAt), ("name", name));
        return changed == 0 ? null : await FindAsync(sql, name);
    }

    public static async Task<Function?> SetAliasAsync(SqlSession sql, string name, FunctionAlias alias)
    {
        var aliases = await AliasesAsync(sql, name);
        if (aliases is null) return null;
        var versions = (await VersionsAsync(sql, name)).Select(version => version.Version).ToHashSet();
        foreach (var target in alias.Targets)
        {
            if (!versions.Contains(target.Version))
                throw RefusalException.NotFound($"function '{name}' has no version {target.Version}. It has: {string.Join(", ", versions.Order())}");
        }

        return await WriteAsync(sql, name, [.. aliases.Where(other => other.Name != alias.Name), alias]);
    }

    public static async Task<Function?> RemoveAliasAsync(SqlSession sql, string name, string alias) =>
        await AliasesAsync(sql, name) is { } aliases ? await WriteAsync(sql, name, [.. aliases.Where(other => other.Name != alias)]) : null;

    public static async Task<bool> RemoveVersionAsync(SqlSession sql, string name, int version)
    {
        // Locks the function's row where the database does that, so that no alias is set and no switch made meanwhile.
        var aliases = await AliasesAsync(sql, name);
        if ((await FindAsync(sql, name))?.Version == version)
            throw RefusalException.Conflict($"version {version} of '{name}' is the one that is called: deploy or roll back to another first, or remove the function");
        if (aliases?.FirstOrDefault(alias => alias.Targets.Any(target => target.Version == version)) is { } user)
            throw RefusalException.Conflict($"alias '{user.Name}' of '{name}' leads to version {version}: set it to another, or remove it, first");
        return await sql.RunAsync("delete from function_versions where name = @name and version = @version", ("name", name), ("version", (long)version)) > 0;
    }

    public static async Task<bool> RemoveAsync(SqlSession sql, string name)
    {
        await sql.RunAsync("delete from calls where function = @name", ("name", name));
        await sql.RunAsync("delete from function_versions where name = @name", ("name", name));
        return await sql.RunAsync("delete from functions where name = @name", ("name", name)) > 0;
    }

    private static async Task<IReadOnlyList<FunctionAlias>?> AliasesAsync(SqlSession sql, string name)
    {
        var text = await sql.FirstAsync($"select aliases from functions where name = @name{sql.Dialect.ForUpdate}", row => row.Text(0), ("name", name));
        return text is null ? null : JsonSerializer.Deserialize(text, FunctionsJson.Default.IReadOnlyListFunctionAlias);
    }

    private static async Task<Function?> WriteAsync(SqlSession sql, string name, IReadOnlyList<FunctionAlias> aliases)
    {
        var sorted = aliases.OrderBy(alias => alias.Name, StringComparer.Ordinal).ToList();
        await sql.RunAsync(
            "update functions set aliases = @aliases where name = @name",
            ("aliases", JsonSerializer.Serialize(sorted, FunctionsJson.Default.IReadOnlyListFunctionAlias)), ("name", name));
        return await FindAsync(sql, name);
    }

    private static Function Read(SqlRow row)
    {
        var version = JsonSerializer.Deserialize(row.Text(6), FunctionsJson.Default.FunctionVersion)!;
        return new Function
        {
            Name = row.Text(0),
            Version = (int)row.Number(1),
            Runtime = version.Spec.Runtime,
            Contract = version.Contract,
            Aliases = JsonSerializer.Deserialize(row.Text(2), FunctionsJson.Default.IReadOnlyListFunctionAlias)!,
            CreatedAt = row.Time(3),
            ModifiedAt = row.Time(4),
            NextAt = row.TimeOrNull(5),
        };
    }
}
