using Glovebox.Blobs;
using Glovebox.Files;
using Glovebox.Snapshots.Ignoring;

namespace Glovebox.Snapshots.Capturing;

/// <summary>
/// Walks a tree with all processors: a piece of work is a folder to list, some of its names to look at, or one large file to store.
/// </summary>
/// <param name="goal">Where content goes.</param>
/// <param name="home">Our own folder, which is never part of a tree.</param>
/// <param name="everything">True to ask no ignore file.</param>
internal sealed class CaptureWalk(Folder root, CaptureGoal goal, StatCache cache, CaptureClock clock, FileState? home, bool everything)
{
    /// <summary>Names in one piece: enough to be worth a folder opened again, few enough to share out a flat folder.</summary>
    private const int Share = 256;

    private const long LargeFile = 4 << 20;

    private int _unknown;

    /// <summary>True when a file was read.</summary>
    public bool HasNews => _unknown > 0;

    public CapturedFolder Run(CancellationToken cancellation)
    {
        var top = new CapturedFolder([], "", 0, IgnoreScope.None);
        new Workers<Piece>(Work, cancellation).Run(new Piece(top, -1, 0));
        return top;
    }

    private void Work(Piece piece, Workers<Piece> workers)
    {
        using var folder = root.TryOpenFolder(piece.Folder.Path, out var errno);
        if (folder is null)
        {
            // What is gone, or no directory any more, is not there.
            if (errno is Errno.NotFound or Errno.NotFolder or Errno.LinkLoop) return;
            throw new UnreadableTreeException(root.PathOf(piece.Folder.Path), FileException.ReasonOf(errno));
        }
        if (piece.From < 0) List(folder, piece.Folder, workers);
        else for (var i = piece.From; i < piece.To; i++) Look(folder, piece, i, workers);
    }

    private void List(Folder folder, CapturedFolder captured, Workers<Piece> workers)
    {
        var entries = folder.List();
        var ignoresItself = false;
        if (!everything) captured.Rules = IgnoreReader.Below(captured.Rules, captured.Path, folder, entries, out ignoresItself);
        var items = new List<CapturedItem>(entries.Count);
        foreach (var (name, kind) in entries)
        {
            if (IgnoreScope.IsOutside(name)) continue;
            if (captured.Rules != IgnoreScope.None && captured.Rules.Ignores(captured.PathOf(name), name, IsFolder(folder, name, kind))) continue;
            items.Add(new CapturedItem(name));
        }
        var count = items.Count;
        captured.Items = items.ToArray();
        captured.IgnoresItself = ignoresItself && count == 0;
        if (count <= Share)
        {
            var all = new Piece(captured, 0, count);
            for (var i = 0; i < count; i++) Look(folder, all, i, workers);
        }
        else for (var from = 0; from < count; from += Share) workers.Add(new Piece(captured, from, Math.Min(from + Share, count)));
    }

    private void Look(Folder folder, Piece piece, int index, Workers<Piece> workers)
    {
        var captured = piece.Folder;
        var item = captured.Items[index];
        if (!folder.TryStat(item.Name, out var state, out var errno))
        {
            if (errno == Errno.NotFound) return;
            throw new UnreadableTreeException(folder.PathOf(item.Name), FileException.ReasonOf(errno));
        }
        item.State = state;
        switch (state.Kind)
        {
            case FileKind.Folder:
                if (home is { } own && own.Inode == item.State.Inode && own.Device == item.State.Device) return;
                var text = captured.TextOf(item.Name);
                item.Entry = new TreeEntry(text, TreeEntryKind.Directory, item.State.Permissions & TreeModes.Folder, 0, null, null);
                item.Folder = new CapturedFolder(captured.PathOf(item.Name), text, StatCache.HashPath(captured.Hash, item.Name), captured.Rules);
                workers.Add(new Piece(item.Folder, -1, 0));
                return;
            case FileKind.Link:
                if (folder.TryReadLink(item.Name, out errno) is { } target)
                    item.Entry = new TreeEntry(captured.TextOf(item.Name), TreeEntryKind.Symlink, TreeModes.Link, 0, null, PathBytes.ToText(target));
                return;
            case FileKind.File:
                var path = StatCache.HashPath(captured.Hash, item.Name);
                if (cache.Find(path, item.State) is { } known && goal.Has(known))
                {
                    item.Remembered = path;
                    item.Entry = FileEntry(captured, item, new StoredBlob(known, item.State.Size));
                    return;
                }
                if (item.State.Size >= LargeFile && piece.To - piece.From > 1) workers.Add(new Piece(captured, index, index + 1));
                else Store(folder, captured, item, path);
                return;
        }
    }

    private void Store(Folder folder, CapturedFolder captured, CapturedItem item, ulong path)
    {
        using var file = folder.TryOpenFile(item.Name, out var errno);
        if (file is null)
        {
            if (errno is Errno.NotFound or Errno.LinkLoop) return;
            throw new UnreadableTreeException(folder.PathOf(item.Name), FileException.ReasonOf(errno));
        }
        var name = folder.PathOf(item.Name);
        try
        {
            Interlocked.Exchange(ref _unknown, 1);
            var stored = goal.Take(file, name);
            var after = FileContent.Stat(file, name);
            if (after == item.State && stored.Size == after.Size && clock.IsSettled(after)) item.Remembered = path;
            item.Entry = FileEntry(captured, item, stored);
        }
        catch (FileException failure) when (failure.Path == name)
        {
            // It became a directory between two looks: as a file it is gone.
            if (failure.Errno == Errno.IsFolder) return;
            throw new UnreadableTreeException(name, failure.Reason);
        }
    }

    private static TreeEntry FileEntry(CapturedFolder folder, CapturedItem item, StoredBlob stored) =>
        new(folder.TextOf(item.Name), TreeEntryKind.File, item.State.Permissions & TreeModes.File, stored.Size, stored.Id, null);

    private static bool IsFolder(Folder folder, byte[] name, FileKind kind) =>
        (kind == FileKind.Unknown && folder.TryStat(name, out var state, out _) ? state.Kind : kind) == FileKind.Folder;

    /// <summary>Work: the folder's list when <paramref name="From"/> is negative, else a range of its items.</summary>
    private sealed record Piece(CapturedFolder Folder, int From, int To);
}
