using Glovebox.Storage.Sql.Jobs;

namespace Glovebox.Tests.Conformance.Stores;

/// <summary>An empty database of a test's own.</summary>
public abstract class StoreSite : IAsyncDisposable
{
    /// <summary>The stores as one more process would open them.</summary>
    public abstract Task<JobStores> OpenAsync();

    public abstract ValueTask DisposeAsync();
}
