using Glovebox.Storage.Postgres.Jobs;
using Glovebox.Storage.Sql.Jobs;
using Glovebox.Storage.Sqlite;
using Glovebox.Storage.Sqlite.Jobs;
using Glovebox.Tests.Conformance.Stores;

namespace Glovebox.Bench;

/// <summary>Each kind of job store, empty, on the disk of the temporary folder.</summary>
internal static class JobStoreSites
{
    public static async Task EachAsync(Func<string, JobStores, Task> measure)
    {
        var folder = Directory.CreateTempSubdirectory("glovebox-bench-").FullName;
        try
        {
            await using (var sqlite = new SqliteJobDatabase(new SqliteDatabase(Path.Combine(folder, "glovebox.db"))))
                await measure("SQLite", new JobStores(sqlite));
            if (!Directory.Exists("/usr/lib/postgresql"))
            {
                Console.WriteLine("  PostgreSQL is not installed here");
                return;
            }

            await using var cluster = await PostgresCluster.GetAsync();
            await using var postgres = new PostgresJobDatabase(cluster.Connection("bench").Replace("Pool Size=20", "Pool Size=64", StringComparison.Ordinal), TimeProvider.System);
            await measure("PostgreSQL", new JobStores(postgres));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
