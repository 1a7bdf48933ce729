using System.Globalization;
using Glovebox.Execution;
using Glovebox.Files;
using Glovebox.Home;

namespace Glovebox.Functions.Instances;

/// <summary>The folders of this process's instances, and the removal of what a killed process has left.</summary>
internal sealed class InstanceFolders : IDisposable
{
    private const string Owner = "owner";
    private readonly string _root;
    private readonly FileLock _owner;
    private int _number;

    public InstanceFolders(GloveboxHome home)
    {
        Directory.CreateDirectory(home.Instances);
        FileLock? owner;
        do
        {
            _root = Path.Combine(home.Instances, Guid.NewGuid().ToString("N")[..8]);
            Directory.CreateDirectory(_root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            // Null: another process that sweeps was quicker than our lock, and removes the folder.
            owner = FileLock.TryAcquire(Path.Combine(_root, Owner));
        }
        while (owner is null);
        _owner = owner;
    }

    public InstanceFolder Make() => new(Path.Combine(_root, Interlocked.Increment(ref _number).ToString(CultureInfo.InvariantCulture)));

    /// <summary>Ends and removes the boxes of processes that are gone.</summary>
    public async Task SweepAsync(IBackend backend, CancellationToken cancellation)
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetDirectoryName(_root)!))
        {
            if (folder == _root || !File.Exists(Path.Combine(folder, Owner))) continue;
            using var dead = FileLock.TryAcquire(Path.Combine(folder, Owner));
            if (dead is null) continue;
            foreach (var left in Directory.EnumerateDirectories(folder))
            {
                var box = Path.Combine(left, "box");
                var id = $"fn-{Path.GetFileName(folder)}-{Path.GetFileName(left)}";
                if (await backend.AdoptAsync(new InstanceHandle(backend.Name, id, box, Detached: false), cancellation) is { } orphan)
                    await orphan.DisposeAsync();
            }
            FolderRemoval.Remove(folder);
        }
    }

    public void Dispose()
    {
        FolderRemoval.Remove(_root);
        _owner.Dispose();
    }
}
