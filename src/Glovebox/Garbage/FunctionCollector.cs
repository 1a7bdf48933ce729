using Glovebox.Files;
using Glovebox.Functions.Bundles;
using Glovebox.Functions.Deploying;
using Glovebox.Home;

namespace Glovebox.Garbage;

/// <summary>Code and installed dependencies that no version of a function has.</summary>
public sealed class FunctionCollector(GloveboxHome home) : ICollector
{
    private const string Kind = "functions";

    public IReadOnlyList<string> Kinds => [Kind];

    public IEnumerable<Freeable> Find(Kept kept, CancellationToken cancellation) => kept.Functions is not { } needed ? [] :
        new[] { BundleStore.RootOf(home), Dependencies.RootOf(home) }
            .Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories)
            .Where(folder => !needed.Contains(Path.GetFileName(folder)))
            .Select(folder => new Freeable(Kind, folder, DiskUse.Of(folder), () => Remove(folder)));

    /// <summary>By a rename first: what is at its place is whole, or not there.</summary>
    private void Remove(string folder)
    {
        Directory.CreateDirectory(home.Temporary);
        var aside = Path.Combine(home.Temporary, $"gone-{Guid.NewGuid():N}");
        Directory.Move(folder, aside);
        FolderRemoval.Remove(aside);
    }
}
