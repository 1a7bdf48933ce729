using Glovebox.Execution;

namespace Glovebox.Functions.Deploying;

/// <summary>The user's settings of package tools (indexes, proxies, certificates), as a box that installs dependencies gets them.</summary>
public sealed record InstallSettings(IReadOnlyDictionary<string, string> Variables, IReadOnlyList<Mount> Mounts)
{
    public static readonly InstallSettings None = new(new Dictionary<string, string>(), []);
}
