using Glovebox.Api.Snapshots;
using Glovebox.Home;
using Glovebox.Snapshots.Checkouts;
using Glovebox.Snapshots.Records;

namespace Glovebox.Garbage;

/// <summary>What snapshots lead to, and a checkout that was cut off.</summary>
public sealed class SnapshotKeeper(GloveboxHome home, ISnapshotStore snapshots) : IKeeper
{
    public async Task KeepAsync(Kept kept, CancellationToken cancellation)
    {
        foreach (var snapshot in await snapshots.ListAsync(new SnapshotFilter(), cancellation))
        {
            kept.Blobs.Add(snapshot.Id);
            kept.Trees.Add(snapshot.Tree);
            if (snapshot.FilesTree is { } files) kept.Trees.Add(files);
            if (snapshot.Environment is { } environment) kept.Environments.Add(environment);
        }

        // A checkout that was cut off is finished from these, even if its snapshot is removed meanwhile.
        foreach (var part in new CheckoutJournal(home).List().SelectMany(entry => entry.Parts)) kept.Trees.UnionWith([part.Before, part.After]);
    }
}
