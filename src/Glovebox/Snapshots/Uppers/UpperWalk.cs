using Glovebox.Files;
using Glovebox.Snapshots.Ignoring;

namespace Glovebox.Snapshots.Uppers;

/// <summary>Reads an upper directory name by name against the tree before and the folder below.</summary>
internal sealed class UpperWalk(
    TreeIndex before, AlsoPaths also, UpperRecord record, UpperAccess access, LowerContent lowerContent, CancellationToken cancellation)
{
    /// <summary>Folders in folders: each holds two descriptors, and a box may nest without end.</summary>
    private const int Deepest = 256;

    /// <summary>Every path that is in the upper directory and no whiteout.</summary>
    private readonly HashSet<string> _made = [];

    public void Run(Folder upper, Folder root)
    {
        var rules = MergedRules.Below(IgnoreScope.None, "", upper, root, out _);
        Visit(new UpperFolder("", upper, root, Shows: true, rules, Ignored: false, 0));
    }

    private void Visit(UpperFolder folder)
    {
        foreach (var (name, _) in folder.Upper.List())
        {
            cancellation.ThrowIfCancellationRequested();
            var path = folder.TextOf(name);
            if (folder.Upper.Stat(name) is not { } state) continue;
            if (IgnoreScope.IsOutside(name))
            {
                record.Leave(path, "a box's changes to a git repository are not taken over, for git runs what is in it on this machine");
                continue;
            }
            if (OverlayMarks.IsWhiteout(folder.Upper, name, state))
            {
                VisitGone(folder, name, path);
                continue;
            }
            _made.Add(path);
            if (state.Kind == FileKind.Folder) VisitFolder(folder, name, path, state);
            else if (state.Kind is FileKind.File or FileKind.Link) VisitLeaf(folder, name, path, state);
            else record.Leave(path, "a socket, pipe or device is not taken over");
        }
        if (folder.Shows || folder.Lower is null) return;
        foreach (var (name, _) in folder.Lower.List())
        {
            if (!IgnoreScope.IsOutside(name) && !_made.Contains(folder.TextOf(name))) VisitGone(folder, name, folder.TextOf(name));
        }
    }

    private void VisitLeaf(UpperFolder folder, byte[] name, string path, FileState state)
    {
        var old = before.Find(path);
        var asked = also.Cover(path);
        DeleteBelow(path);
        if (old is null && !asked && folder.Ignores(name, folder: false))
        {
            record.Ignore(path, deleted: false);
            return;
        }
        if (folder.Lower?.Stat(name) is { Kind: FileKind.Folder }) VisitGoneLower(folder, name, path, old);
        else old ??= lowerContent.Find(path);
        if (state.Kind == FileKind.File)
        {
            record.Files.Add(new UpperFile(path, state, old));
            return;
        }
        var link = new TreeEntry(path, TreeEntryKind.Symlink, TreeModes.Link, 0, null, PathBytes.ToText(folder.Upper.ReadLink(name)));
        if (link != old || asked) record.Add(old, link);
    }

    private void VisitFolder(UpperFolder folder, byte[] name, string path, FileState state)
    {
        if (folder.Depth == Deepest)
        {
            record.Leave(path, $"folders more than {Deepest} deep are not taken over");
            return;
        }
        var old = before.Find(path);
        using var lower = folder.Lower?.TryOpenFolder(name, out _);
        var ignored = old is null && folder.Ignores(name, folder: true);
        var wanted = also.Cover(path);
        var isNew = old is null && lower is null;
        if (ignored && isNew && !wanted && !also.ReachBelow(path))
        {
            record.Ignore(path, deleted: false);
            return;
        }
        using var upper = access.OpenFolder(folder.Upper, name, state);
        OverlayMarks.RequireOwnContent(upper.Descriptor, upper.Path);
        var shows = folder.Shows && lower is not null && !OverlayMarks.IsOpaque(upper);
        var rules = MergedRules.Below(folder.Rules, path, upper, shows ? lower : null, out var ignoresItself);
        var (weight, ignoredCount) = (record.Weight, record.IgnoredCount);
        Visit(new UpperFolder(path, upper, lower, shows, rules, ignored, folder.Depth + 1));
        if (!shows) DeleteBelow(path);
        if (isNew && ignoresItself && !wanted && record.Weight == weight)
        {
            record.Collapse(ignoredCount, path);
            return;
        }
        if (isNew) old = lowerContent.Find(path);
        var entry = new TreeEntry(path, TreeEntryKind.Directory, state.Permissions & TreeModes.Folder, 0, null, null);
        if (isNew || wanted || old is not null)
        {
            if (entry != old) record.Add(old, entry);
        }
        else if ((lower!.Stat().Permissions & TreeModes.Folder) != entry.Mode)
        {
            // A folder of the tree that was not recorded is there for its ignored content, or the user made it meanwhile.
            record.Ignore(path, deleted: false, modeOnly: true);
        }
    }

    /// <summary>A name that the box deleted.</summary>
    private void VisitGone(UpperFolder folder, byte[] name, string path)
    {
        var old = before.Find(path) ?? (also.Cover(path) ? lowerContent.Find(path) : null);
        VisitGoneLower(folder, name, path, old);
        if (old is not null) record.Add(old, null);
        DeleteBelow(path);
    }

    /// <summary>What the tree holds, unrecorded, at or below a name that the box deleted.</summary>
    private void VisitGoneLower(UpperFolder folder, byte[] name, string path, TreeEntry? old)
    {
        if (folder.Lower?.Stat(name) is not { } state) return;
        if (old is null)
        {
            if (lowerContent.IsOlderThanBox(state)) record.Ignore(path, deleted: true);
        }
        else if (state.Kind == FileKind.Folder && folder.Lower.TryOpenFolder(name, out _) is { } lower)
        {
            using (lower) new LowerDeletions(before, lowerContent, gone => record.Ignore(gone, deleted: true)).Run(path, lower);
        }
    }

    /// <summary>What was recorded below a folder that the box removed, and did not make anew.</summary>
    private void DeleteBelow(string folder)
    {
        foreach (var entry in before.Below(folder))
        {
            if (!_made.Contains(entry.Path)) record.Add(entry, null);
        }
    }
}
