using Glovebox.Api;

namespace Glovebox.Snapshots.Uppers;

/// <summary>The paths that a user wants recorded even where they are ignored.</summary>
internal sealed class AlsoPaths
{
    private readonly List<string> _paths = [];
    private readonly bool _all;

    /// <exception cref="RefusalException">A path leaves the tree.</exception>
    public AlsoPaths(IReadOnlyList<string> paths)
    {
        foreach (var path in paths)
        {
            var plain = string.Join('/', path.Split('/').Where(part => part is not ("" or ".")));
            if (path.StartsWith('/') || (plain.Length > 0 && !EntryPath.IsValid(plain)))
                throw RefusalException.Bad($"output '{path}' is outside the working tree. Name it relative to the tree's root, without '..'");
            if (plain.Length == 0) _all = true;
            else _paths.Add(plain);
        }
    }

    /// <summary>True for a named path and what is below one.</summary>
    public bool Cover(string path) => _all || _paths.Exists(named => EntryPath.Covers(named, path));

    /// <summary>True when something below this folder is named.</summary>
    public bool ReachBelow(string folder) => _paths.Exists(named => EntryPath.Covers(folder, named));
}
