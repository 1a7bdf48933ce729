using Glovebox.Files;
using Glovebox.Home;

namespace Glovebox.Functions.Bundles;

/// <summary>A folder for what is being made, held by a lock as long as its maker lives; gone when disposed. What a killed maker left, the next one removes.</summary>
internal sealed class FunctionDraft : IDisposable
{
    private const string Prefix = "function-", LockName = "owner";

    private readonly FileLock _owner;

    private FunctionDraft(string path)
    {
        Path = Directory.CreateDirectory(path).FullName;
        _owner = FileLock.TryAcquire(System.IO.Path.Combine(path, LockName)) ?? throw new IOException($"{path} is held by another");
    }

    public string Path { get; }

    public static FunctionDraft Create(GloveboxHome home)
    {
        Directory.CreateDirectory(home.Temporary);
        foreach (var abandoned in Directory.EnumerateDirectories(home.Temporary, Prefix + "*"))
        {
            // Without its lock's file it is one that is being made at this moment.
            if (!File.Exists(System.IO.Path.Combine(abandoned, LockName))) continue;
            using var held = FileLock.TryAcquire(System.IO.Path.Combine(abandoned, LockName));
            if (held is not null) FolderRemoval.Remove(abandoned);
        }

        return new FunctionDraft(System.IO.Path.Combine(home.Temporary, Prefix + Guid.NewGuid().ToString("N")));
    }

    public string MakeDirectory(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    /// <summary>Moves a finished folder to its place, on disk before it is seen there. Another that was there first is left.</summary>
    public static void Publish(string made, string place)
    {
        using (var folder = Folder.Open(made)) Images.Layers.LayerCalls.Flush(folder);
        try
        {
            Directory.Move(made, place);
        }
        catch (IOException) when (Directory.Exists(place))
        {
            // Another made the same meanwhile.
        }
    }

    public void Dispose()
    {
        FolderRemoval.Remove(Path);
        _owner.Dispose();
    }
}
