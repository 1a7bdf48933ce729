using Glovebox.Api.Runs;
using Glovebox.Blobs;

namespace Glovebox.Runs;

/// <summary>The one place that says which blobs a run's record names: what is freed with it, and what travels with it.</summary>
public static class RunContent
{
    /// <summary>Blobs by themselves; the trees' ids are among them, what the trees hold is not.</summary>
    public static IEnumerable<BlobId> Blobs(Run run)
    {
        yield return new BlobId(run.Tree);
        if (run.TreeAfter is { } after) yield return new BlobId(after);
    }
}
