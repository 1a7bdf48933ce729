using Glovebox.Blobs;
using Glovebox.Environments.Locks;
using Glovebox.Files;
using Glovebox.Images;
using Glovebox.Images.Layers;

namespace Glovebox.Environments.Building;

/// <summary>Copies files of the project into the image. They belong to root, and keep only their permissions.</summary>
public sealed class FilesStep(IBlobStore blobs, LayerStore layers) : IStepMaker
{
    private const int FolderMode = 0x1ED, Permissions = 0x1FF;

    public string Kind => "files";

    public Task<IReadOnlyList<LockedStep>> ResolveAsync(StepResolution resolution, CancellationToken cancellation)
    {
        var files = new SortedDictionary<string, LockedFile>(StringComparer.Ordinal);
        foreach (var spec in resolution.Spec.Files)
        {
            foreach (var (relative, state, full) in ProjectFiles.Walk(resolution.Project, spec.Path))
            {
                var target = relative.Length == 0 ? spec.Target : $"{spec.Target}/{relative}";
                files[target] = state.Kind == FileKind.Link
                    ? new LockedFile(target, null, Permissions, ProjectFiles.LinkTarget(full))
                    : new LockedFile(target, new Digest(blobs.PutFile(full).Hex), state.Permissions & Permissions);
            }
        }
        return Task.FromResult<IReadOnlyList<LockedStep>>(files.Count == 0
            ? [] : [new LockedStep { Kind = Kind, Arguments = [.. resolution.Spec.Files.Select(file => file.Target)], Files = [.. files.Values] }]);
    }

    public Task<IReadOnlyList<Digest>> BuildAsync(LockedStep step, StepBuild build, CancellationToken cancellation)
    {
        using (var root = Folder.Open(build.Draft.Fs))
        {
            foreach (var file in step.Files) Copy(root, file);
        }
        return Task.FromResult<IReadOnlyList<Digest>>([layers.Add(build.Draft, Reproducible.Epoch, cancellation)]);
    }

    private void Copy(Folder root, LockedFile file)
    {
        var name = Name.Split(PathBytes.FromText(file.Path.TrimStart('/')), out var parentPath);
        MakeFolders(root, parentPath);
        using var parent = root.OpenFolder(parentPath);
        if (file.Target is { } target)
        {
            parent.MakeLink(name, PathBytes.FromText(target));
            return;
        }
        blobs.CopyToFile(new BlobId(file.Content!.Value.Hex), parent.PathOf(name));
        parent.TryChangeMode(name, file.Mode);
    }

    private static void MakeFolders(Folder root, ReadOnlySpan<byte> path)
    {
        for (var at = 0; at <= path.Length; at++)
        {
            if (at < path.Length && path[at] != (byte)'/' || at == 0) continue;
            var name = Name.Split(path[..at], out var parentPath);
            using var parent = root.OpenFolder(parentPath);
            if (parent.MakeFolder(name, FolderMode)) parent.TryChangeMode(name, FolderMode);
        }
    }
}
