using Glovebox.Files;
using Glovebox.Snapshots.Ignoring;

namespace Glovebox.Snapshots.Uppers;

/// <summary>One folder of an upper directory while it is read.</summary>
/// <param name="Path">From the root; empty for the root.</param>
/// <param name="Lower">The folder of the same path in the tree; null when there is none.</param>
/// <param name="Shows">True when the box saw what is in <paramref name="Lower"/>; false when it had deleted that and made its own.</param>
/// <param name="Rules">The ignore rules inside the folder, as they are after the box.</param>
/// <param name="Ignored">True when the folder, or one above it, is ignored.</param>
/// <param name="Depth">0 for the root.</param>
internal sealed record UpperFolder(string Path, Folder Upper, Folder? Lower, bool Shows, IgnoreScope Rules, bool Ignored, int Depth)
{
    public string TextOf(byte[] name) => Path.Length == 0 ? PathBytes.ToText(name) : string.Concat(Path, "/", PathBytes.ToText(name));

    /// <summary>True for a name in this folder that no record keeps unless somebody asks for it.</summary>
    public bool Ignores(byte[] name, bool folder) => Ignored || Rules.Ignores(PathBytes.FromText(TextOf(name)), name, folder);
}
