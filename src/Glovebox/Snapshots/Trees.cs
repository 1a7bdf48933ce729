using Glovebox.Api;
using Glovebox.Blobs;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Snapshots.Applying;
using Glovebox.Snapshots.Capturing;
using Glovebox.Snapshots.Checkouts;
using Glovebox.Snapshots.Manifests;
using Glovebox.Snapshots.Uppers;
using Glovebox.Snapshots.Writing;

namespace Glovebox.Snapshots;

/// <summary>Directory trees in and out of a blob store, with a stat cache for each root in the home's cache folder.</summary>
public sealed class Trees(IBlobStore blobs, GloveboxHome home, TimeProvider time) : ITrees
{
    /// <summary>Called before each change that <see cref="Apply"/> makes; a test stops the work there.</summary>
    internal Action? BeforeEachChange { get; init; }

    /// <inheritdoc/>
    public Tree Capture(string root, CancellationToken cancellation)
    {
        // Half old, half new is what nobody means to record or to run.
        new CheckoutJournal(home).RefuseUnfinished(root);
        return TreeCapture.Run(root, blobs, StatCache.FileOf(home.Cache, root), HomeState(), time.GetUtcNow(), all: false, cancellation);
    }

    /// <inheritdoc/>
    public Tree CaptureAll(string root, CancellationToken cancellation) =>
        TreeCapture.Run(root, blobs, StatCache.FileOf(home.Cache, root + "/all"), HomeState(), time.GetUtcNow(), all: true, cancellation);

    /// <inheritdoc/>
    public Tree Look(string root, CancellationToken cancellation) =>
        TreeCapture.Look(root, StatCache.FileOf(home.Cache, root), HomeState(), time.GetUtcNow(), cancellation);

    /// <inheritdoc/>
    public Tree Load(BlobId id)
    {
        try
        {
            return new Tree(id, Manifest.Read(blobs.Read(id)));
        }
        catch (FormatException failure)
        {
            throw RefusalException.Unable($"blob {id} is not a tree: {failure.Message}. The record that names it is damaged, or made by a newer Glovebox");
        }
    }

    /// <inheritdoc/>
    public Tree Save(IEnumerable<TreeEntry> entries)
    {
        var ordered = entries.Select(e => (Bytes: PathBytes.FromText(e.Path), Entry: e)).ToArray();
        Array.Sort(ordered, static (a, b) => a.Bytes.AsSpan().SequenceCompareTo(b.Bytes));
        TreeEntry[] sorted = [.. ordered.Select(o => o.Entry)];
        return new Tree(blobs.Put(Manifest.Write(sorted)), sorted);
    }

    /// <inheritdoc/>
    public void Restore(Tree tree, string directory, CancellationToken cancellation) =>
        Writing(() => TreeRestore.Run(tree, directory, blobs, cancellation));

    /// <inheritdoc/>
    public IReadOnlyList<TreeChange> Compare(Tree before, Tree after) => TreeComparison.Run(before, after);

    /// <inheritdoc/>
    public UpperChanges ReadUpper(string upper, Tree before, string root, IReadOnlyList<string> also, CancellationToken cancellation)
    {
        try
        {
            return UpperReader.Read(upper, before, root, also, blobs, cancellation);
        }
        catch (FileException failure)
        {
            throw new UnreadableTreeException(failure.Path, failure.Reason);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Apply(UpperChanges changes, string upper, Tree before, string root, CancellationToken cancellation)
    {
        IReadOnlyList<string> left = [];
        var file = StatCache.FileOf(home.Cache, root);
        var cache = StatCache.Load(TreeCapture.SeenOf(file), StatCache.Load(file));
        Writing(() => left = TreeApply.Run(changes, upper, root, blobs, cache, BeforeEachChange, cancellation));
        return left;
    }

    /// <inheritdoc/>
    public void Remember(string root, Tree tree, long readyAt)
    {
        try
        {
            RestoredStates.Remember(tree, root, StatCache.FileOf(home.Cache, root), blobs.RemovalStamp, readyAt, time.GetUtcNow());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The tree is whole; the next capture only reads more.
        }
    }

    /// <inheritdoc/>
    public void Extract(IReadOnlyList<TreeChange> changes, string directory, CancellationToken cancellation) =>
        Writing(() => TreeApply.Extract(changes, directory, blobs, cancellation));

    private FileState? HomeState() =>
        Folder.WholePaths.TryStat(PathBytes.FromText(home.Root), out var state, out _) ? state : null;

    private static void Writing(Action work)
    {
        try
        {
            work();
        }
        catch (FileException failure)
        {
            var mend = failure.IsFull ? "Free some space there" : "Mend that";
            throw RefusalException.Unable($"{failure.Message}. {mend}, then do it again: what was done is kept, nothing is half-written");
        }
    }
}
