using Glovebox.Linux;
using Glovebox.Execution;

namespace Glovebox.Backends.Oci.Files;

/// <summary>
/// The files of a box as its processes will see them, worked out from the layers and mounts before anything is mounted: so a missing
/// command is known by name, and the same way for root and for an ordinary user.
/// </summary>
internal sealed class BoxTree
{
    private const int MostLinks = 40;

    private readonly StackedDirectory _root;
    private readonly List<(string At, StackedDirectory Content)> _mounts = [];

    /// <param name="skeleton">A directory that lies between the layers and the upper directory.</param>
    public BoxTree(RootFileSystem root, string skeleton)
    {
        var stack = new List<string>();
        if (root.Upper is not null) stack.Add(root.Upper);
        stack.Add(skeleton);
        for (var i = root.Layers.Count - 1; i >= 0; i--) stack.Add(root.Layers[i]);
        _root = new StackedDirectory(stack);
    }

    /// <summary>Lays one more mount over what is there, as the runtime will.</summary>
    public void Add(Mount mount)
    {
        var at = Resolve(mount.Target).Path;
        _mounts.Add((at, mount switch
        {
            BindMount bind => new StackedDirectory([bind.Source]),
            OverlayMount overlay => new StackedDirectory([overlay.Upper, overlay.Lower, .. overlay.Below]),
            _ => new StackedDirectory([]),
        }));
    }

    /// <summary>Follows a path from the box's root, links included, and never leaves the box.</summary>
    /// <param name="path">Absolute inside the box.</param>
    public BoxEntry Resolve(string path)
    {
        var pending = new Stack<string>();
        Push(pending, path);
        var trail = new List<Step> { Enter("/", new Step("/", _root, -1)) };
        var links = 0;
        while (pending.TryPop(out var name))
        {
            if (name == "..")
            {
                if (trail.Count > 1) trail.RemoveAt(trail.Count - 1);
                continue;
            }
            var here = trail[^1];
            var next = here.Path == "/" ? "/" + name : here.Path + "/" + name;
            var step = Enter(next, new Step(next, here.Content?.Child(name), here.Mount));
            if (step.Content?.Link is { } target)
            {
                if (++links > MostLinks) return new BoxEntry(next, null, BoxEntryKind.Loop, step.Mount >= 0);
                if (target.StartsWith('/')) trail.RemoveRange(1, trail.Count - 1);
                Push(pending, target);
                continue;
            }
            if (pending.Count > 0 && step.Content is { IsDirectory: false })
                return new BoxEntry(next, null, BoxEntryKind.NotInDirectory, step.Mount >= 0);
            trail.Add(step);
        }
        var end = trail[^1];
        return new BoxEntry(end.Path, end.Content?.HostPath, end.Content?.Kind ?? BoxEntryKind.Missing, end.Mount >= 0);
    }

    // The latest mount that is here or above decides: a later one hides an earlier one below it.
    private Step Enter(string path, Step step)
    {
        for (var i = _mounts.Count - 1; i > step.Mount; i--)
        {
            if (_mounts[i].At == path) return new Step(path, _mounts[i].Content, i);
        }
        return step;
    }

    private static void Push(Stack<string> pending, string path)
    {
        var names = path.Split('/');
        for (var i = names.Length - 1; i >= 0; i--)
        {
            if (names[i] is not ("" or ".")) pending.Push(names[i]);
        }
    }

    private sealed record Step(string Path, StackedDirectory? Content, int Mount);
}

internal enum BoxEntryKind
{
    Missing,
    File,
    Directory,

    /// <summary>A device, socket or pipe.</summary>
    Special,

    /// <summary>A part of the path before the last is a file.</summary>
    NotInDirectory,

    /// <summary>Symbolic links that never end.</summary>
    Loop,
}

/// <summary>What a path leads to.</summary>
/// <param name="Path">The path without links, inside the box.</param>
/// <param name="HostPath">Where it lies on the host (the topmost, when several are stacked); null when missing.</param>
/// <param name="InMount">It lies in a mount rather than in the root.</param>
internal sealed record BoxEntry(string Path, string? HostPath, BoxEntryKind Kind, bool InMount);
