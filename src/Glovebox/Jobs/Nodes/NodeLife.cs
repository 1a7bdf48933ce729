using Glovebox.Files;
using Glovebox.Home;

namespace Glovebox.Jobs.Nodes;

/// <summary>This process as a node: its id, and the lock that every process on the same home sees fall when it ends, however it ends.</summary>
internal sealed class NodeLife : IDisposable
{
    private readonly FileLock _lock;

    private NodeLife(string id, string machine, FileLock held)
    {
        Id = id;
        Machine = machine;
        _lock = held;
    }

    public string Id { get; }

    /// <summary>The same for every node on this home.</summary>
    public string Machine { get; }

    public static NodeLife Begin(GloveboxHome home, TimeProvider time)
    {
        Directory.CreateDirectory(home.Nodes);
        var id = JobIds.New(time.GetUtcNow());
        return new NodeLife(id, MachineId.Of(home), FileLock.TryAcquire(PathOf(home, id))!);
    }

    /// <summary>The store that this node works for; empty until <see cref="Serve"/>.</summary>
    public string Store { get; private set; } = "";

    /// <summary>Where other nodes reach it; null for nowhere.</summary>
    public string? Url { get; private set; }

    /// <summary>Notes whose node this is: nodes of other stores have nothing to inherit from it.</summary>
    public void Serve(string store, string? url)
    {
        _lock.Note(store);
        (Store, Url) = (store, url);
    }

    /// <summary>The lock of another node of this home that is no more; null when it lives or was never of this home.</summary>
    public static FileLock? Inherit(GloveboxHome home, string node) => IsOfHome(home, node) ? FileLock.TryAcquire(PathOf(home, node)) : null;

    public static bool IsOfHome(GloveboxHome home, string node) => File.Exists(PathOf(home, node));

    /// <summary>Nodes of this home and store that lived once, and perhaps do. One that died before it named its store holds nothing.</summary>
    public static IEnumerable<string> Known(GloveboxHome home, string store) => Directory.EnumerateFiles(home.Nodes)
        .Where(path => FileLock.NoteOf(path) is { } named && (named.Length == 0 || named == store)).Select(path => Path.GetFileName(path));

    /// <summary>Nothing is left to inherit of it.</summary>
    public static void Forget(GloveboxHome home, string node) => File.Delete(PathOf(home, node));

    public void Dispose() => _lock.Dispose();

    private static string PathOf(GloveboxHome home, string node) => Path.Combine(home.Nodes, node);
}
