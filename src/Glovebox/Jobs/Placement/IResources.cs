using Glovebox.Api.Jobs;

namespace Glovebox.Jobs.Placement;

/// <summary>The places where this node may start boxes.</summary>
public interface IResources
{
    /// <param name="running">Executions by resource over all nodes.</param>
    IReadOnlyList<ResourceStatus> Status(IReadOnlyDictionary<string, int> running);

    /// <exception cref="Api.RefusalException">NotFound: no such resource.</exception>
    Task SetDrainedAsync(string resource, bool drained, CancellationToken cancellation);
}
