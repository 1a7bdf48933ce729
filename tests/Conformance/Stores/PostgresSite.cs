using Glovebox.Storage.Postgres.Jobs;
using Glovebox.Storage.Sql.Jobs;

namespace Glovebox.Tests.Conformance.Stores;

public sealed class PostgresSite : StoreSite
{
    private readonly string _schema = $"s{Guid.NewGuid():N}";
    private readonly List<PostgresJobDatabase> _open = [];

    public override async Task<JobStores> OpenAsync()
    {
        var cluster = await PostgresCluster.GetAsync();
        _open.Add(new PostgresJobDatabase(cluster.Connection(_schema), TimeProvider.System));
        return new JobStores(_open[^1]);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var database in _open) await database.DisposeAsync();
    }
}
