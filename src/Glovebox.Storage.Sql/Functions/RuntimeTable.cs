using System.Text.Json;
using Glovebox.Api.Functions;

namespace Glovebox.Storage.Sql.Functions;

/// <summary>Runtimes, a row a version.</summary>
internal static class RuntimeTable
{
    private const string All = "select r.name, r.version, r.spec, r.created_at from runtimes r";

    public static async Task<FunctionRuntime> PutAsync(SqlSession sql, string name, RuntimeSpec spec, DateTimeOffset now)
    {
        var latest = await FindAsync(sql, name, null);
        if (latest?.Spec == spec) return latest;
        var version = (latest?.Version ?? 0) + 1;
        await sql.RunAsync(
            "insert into runtimes (name, version, spec, created_at) values (@name, @version, @spec, @now)",
            ("name", name), ("version", (long)version), ("spec", JsonSerializer.Serialize(spec, FunctionsJson.Default.RuntimeSpec)), ("now", now));
        return new FunctionRuntime(name, version, spec, DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()));
    }

    public static Task<List<FunctionRuntime>> ListAsync(SqlSession sql) => sql.ReadAsync(
        $"{All} where r.version = (select max(o.version) from runtimes o where o.name = r.name) order by r.name", Read);

    public static Task<FunctionRuntime?> FindAsync(SqlSession sql, string name, int? version) => version is { } exact
        ? sql.FirstAsync($"{All} where r.name = @name and r.version = @version", Read, ("name", name), ("version", (long)exact))
        : sql.FirstAsync($"{All} where r.name = @name order by r.version desc limit 1", Read, ("name", name));

    public static async Task<List<string>> RemoveAsync(SqlSession sql, string name)
    {
        var users = await sql.ReadAsync("select distinct name from function_versions where runtime = @name order by name", row => row.Text(0), ("name", name));
        if (users.Count == 0) await sql.RunAsync("delete from runtimes where name = @name", ("name", name));
        return users;
    }

    private static FunctionRuntime Read(SqlRow row) => new(
        row.Text(0), (int)row.Number(1), JsonSerializer.Deserialize(row.Text(2), FunctionsJson.Default.RuntimeSpec)!, row.Time(3));
}
