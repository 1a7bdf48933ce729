using Glovebox.Api.Execution;

namespace Glovebox.Execution;

/// <summary>The root of a box: directories on the host, stacked.</summary>
/// <param name="Layers">Lowest first, at least one; never written to.</param>
/// <param name="Upper">Null: the root is read-only. Else an empty or earlier-used directory that receives every write.</param>
/// <param name="Work">An empty directory on the file system of <paramref name="Upper"/>, for the overlay's own use.</param>
public sealed record RootFileSystem(IReadOnlyList<string> Layers, string? Upper = null, string? Work = null)
{
    public static readonly RootFileSystem None = new([]);
}

/// <summary>An image by the name that a container engine knows it by.</summary>
/// <param name="Pull">When the engine fetches it.</param>
/// <param name="ExtraHosts">Host names and the addresses they have in the box.</param>
public sealed record NamedImage(string Name, PullPolicy Pull, IReadOnlyDictionary<string, string> ExtraHosts);
