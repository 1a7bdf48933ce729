using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Environments.Host;

namespace Glovebox.Distributions.Npm;

/// <summary>Reads a package-lock.json of version 2 or 3 (npm documentation, "package-lock.json").</summary>
internal static class PackageLock
{
    private const string Modules = "node_modules/";

    /// <summary>Every package with its version and, where the registry gave one, the SHA-512 of its archive.</summary>
    public static IReadOnlyList<LockedPackage> Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        if (!document.RootElement.TryGetProperty("packages", out var packages))
            throw RefusalException.Bad("npm: package-lock.json is of a version before 2: write it anew with npm 7 or later");
        var found = new List<LockedPackage>();
        foreach (var entry in packages.EnumerateObject())
        {
            var at = entry.Name.LastIndexOf(Modules, StringComparison.Ordinal);
            if (at < 0) continue;
            if (entry.Value.TryGetProperty("link", out _))
                throw RefusalException.Bad(
                    $"npm: '{entry.Name}' is a link into the project (file: or workspaces), which cannot be installed into an image");
            var version = entry.Value.TryGetProperty("version", out var value) ? value.GetString() : null;
            var integrity = entry.Value.TryGetProperty("integrity", out var hash) ? hash.GetString() : null;
            found.Add(new LockedPackage("npm", entry.Name[(at + Modules.Length)..], version ?? "0", null, ToDigest(integrity)));
        }
        return [.. DpkgStatus.Sort(found).Distinct()];
    }

    /// <summary>sha512-BASE64 as sha512:HEX.</summary>
    private static string? ToDigest(string? integrity)
    {
        var strongest = integrity?.Split(' ').FirstOrDefault(part => part.StartsWith("sha512-", StringComparison.Ordinal));
        return strongest is null ? null : "sha512:" + Convert.ToHexStringLower(Convert.FromBase64String(strongest[7..]));
    }
}
