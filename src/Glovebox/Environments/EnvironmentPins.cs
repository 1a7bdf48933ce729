using Glovebox.Api;
using Glovebox.Images;
using Glovebox.Projects;

namespace Glovebox.Environments;

/// <summary>Reads and sets what a project's default environment resolves to.</summary>
public sealed class EnvironmentPins(EnvironmentStore store, ImageStore images) : IEnvironmentPins
{
    private readonly EnvironmentLookup _lookup = new(store, images);

    public string? PinOf(string directory) => Resolve(directory)?.Known?.ToString();

    public bool Pin(string directory, string digest)
    {
        if (Digest.Parse(digest) is not { } wanted || store.Get(wanted) is null) return false;
        if (Resolve(directory) is { Locked: null } environment && environment.Known != wanted) _lookup.Keep(environment, wanted);
        return true;
    }

    public IReadOnlyDictionary<string, string> Versions(string digest)
    {
        var versions = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Digest.Parse(digest) is not { } known || store.Get(known) is not { } environment) return versions;
        foreach (var package in environment.Packages) versions[$"{package.Distribution}/{package.Name}"] = package.Version;
        return versions;
    }

    private ResolvedEnvironment? Resolve(string directory)
    {
        try
        {
            var (project, spec) = _lookup.Find(directory, null);
            return spec.Base.Kind == BaseKind.Host ? null : _lookup.Resolve(project, spec);
        }
        catch (RefusalException)
        {
            // A project whose spec is wrong is remembered all the same: whoever uses the environment hears what is wrong with it.
            return null;
        }
    }
}
