using Glovebox.Files;

namespace Glovebox.Images.Layers;

/// <summary>Visits every path of a layer's directory in the byte order of the paths, which is the order of its tar.</summary>
internal static class LayerWalk
{
    /// <summary>The directory itself is not visited.</summary>
    public static void Visit(Folder root, Action<LayerPath> visit, CancellationToken cancellation)
    {
        // The order of whole paths is not the order of a walk: "a-b" stands before "a/b". So a directory's children are
        // put among the paths still to come.
        var coming = new SortedSet<(string Path, byte[] Name)>(
            Comparer<(string Path, byte[])>.Create((left, right) => PathBytes.Compare(left.Path, right.Path)));
        AddChildren(root, "");
        while (coming.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var (path, name) = coming.Min;
            coming.Remove(coming.Min);
            using var parent = root.OpenFolder(PathBytes.FromText(path).AsSpan()[..^(name.Length + (path.Contains('/') ? 1 : 0))]);
            var state = parent.Stat(name) ?? throw new FileNotFoundException($"{parent.PathOf(name)} vanished while it was read");
            using var self = state.Kind == FileKind.Folder ? parent.OpenFolder(name) : null;
            visit(new LayerPath(path, name, parent, state, self));
            if (self is not null) AddChildren(self, path + "/");
        }

        void AddChildren(Folder folder, string prefix)
        {
            foreach (var child in folder.List()) coming.Add((prefix + PathBytes.ToText(child.Name), child.Name));
        }
    }
}

/// <summary>One path, while it is visited.</summary>
/// <param name="Parent">The directory it is in.</param>
/// <param name="Self">The directory itself when it is one; else null.</param>
internal readonly record struct LayerPath(string Path, byte[] Name, Folder Parent, FileState State, Folder? Self);
