using Glovebox.Blobs;

namespace Glovebox.Snapshots;

/// <summary>Directory trees in and out of the blob store.</summary>
public interface ITrees
{
    /// <summary>
    /// Stores a directory's content: files, directories (empty ones too), symbolic links; sockets, pipes and devices are passed over.
    /// <c>.git</c> and what <c>.gitignore</c> and <c>.gloveboxignore</c> files name is left out. Files whose size, times and inode are as at
    /// the last capture of this <paramref name="root"/> are not read again.
    /// </summary>
    /// <exception cref="UnreadableTreeException">A file or directory could not be read; names it.</exception>
    Tree Capture(string root, CancellationToken cancellation);

    /// <summary>As <see cref="Capture"/>, but what ignore files name is taken too: a person has named this directory.</summary>
    Tree CaptureAll(string root, CancellationToken cancellation);

    /// <summary>The tree that <see cref="Capture"/> would store, with nothing stored.</summary>
    /// <exception cref="UnreadableTreeException">A file or directory could not be read; names it.</exception>
    Tree Look(string root, CancellationToken cancellation);

    /// <summary>The tree of that id, from the store.</summary>
    Tree Load(BlobId id);

    /// <summary>Stores a tree made of these entries (in any order), whose blobs are in the store already.</summary>
    Tree Save(IEnumerable<TreeEntry> entries);

    /// <summary>Makes the tree in an existing, empty directory, byte for byte and mode for mode.</summary>
    void Restore(Tree tree, string directory, CancellationToken cancellation);

    /// <summary>What differs from <paramref name="before"/> to <paramref name="after"/>, by path.</summary>
    IReadOnlyList<TreeChange> Compare(Tree before, Tree after);

    /// <summary>
    /// What a box changed, read from an overlay's upper directory, with the content stored. A file that was written
    /// again with the bytes and mode it had before is <see cref="TreeChangeKind.Rewritten"/>. Whiteouts and opaque directories become deletions.
    /// </summary>
    /// <param name="upper">The upper directory, its box gone.</param>
    /// <param name="before">The tree that was captured before the box ran.</param>
    /// <param name="root">The lower directory.</param>
    /// <param name="also">Relative paths of files or directories that are recorded even where they are ignored.</param>
    UpperChanges ReadUpper(string upper, Tree before, string root, IReadOnlyList<string> also, CancellationToken cancellation);

    /// <summary>
    /// Brings a box's changes into the real tree: <see cref="UpperChanges.Recorded"/> and <see cref="UpperChanges.Ignored"/> alike. Each file
    /// appears whole. A path whose present content is neither what it was in <paramref name="before"/> nor in the blob store is somebody's
    /// unsaved work: it is left as it is and returned. Running it again after a crash finishes the work.
    /// </summary>
    /// <returns>The paths that were left alone.</returns>
    IReadOnlyList<string> Apply(UpperChanges changes, string upper, Tree before, string root, CancellationToken cancellation);

    /// <summary>
    /// After a tree was written to <paramref name="root"/> from the store: remembers the states of its files, so that the next capture need not
    /// read them.
    /// </summary>
    /// <param name="readyAt">When the last file was written, nanoseconds since 1970: files modified later are not taken on trust.</param>
    void Remember(string root, Tree tree, long readyAt);

    /// <summary>Applies recorded changes to a restored tree in <paramref name="directory"/>, or writes them into an empty one.</summary>
    void Extract(IReadOnlyList<TreeChange> changes, string directory, CancellationToken cancellation);
}

/// <summary>What a box wrote into its working tree.</summary>
/// <param name="Recorded">Changes that belong to the record, content stored; deletions included.</param>
/// <param name="Ignored">Paths that changed but are ignored (caches, virtual environments): applied, not recorded.</param>
/// <param name="Left">Paths that cannot be taken over (sockets, pipes, devices, names that would leave the tree), each with the reason.</param>
public sealed record UpperChanges(
    IReadOnlyList<TreeChange> Recorded, IReadOnlyList<IgnoredChange> Ignored, IReadOnlyList<string> Left);

/// <summary>An ignored path that a box changed. A new folder stands for all that is in it.</summary>
/// <param name="Deleted">True when the box removed it.</param>
/// <param name="ModeOnly">True for a folder that was there and has another mode now; what changed in it is listed by itself.</param>
public sealed record IgnoredChange(string Path, bool Deleted, bool ModeOnly = false);

/// <summary>A tree could not be read whole.</summary>
public sealed class UnreadableTreeException(string path, string reason)
    : IOException($"cannot read {path}: {reason}. Make it readable, or name it in .gloveboxignore")
{
    public string Path { get; } = path;
}
