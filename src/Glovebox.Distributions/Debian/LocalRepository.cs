using System.Text;
using Glovebox.Api.Environments;
using Glovebox.Distributions.Programs;

namespace Glovebox.Distributions.Debian;

/// <summary>A directory of packages that apt takes for a source ("flat repository", sources.list(5)).</summary>
internal static class LocalRepository
{
    /// <summary>Lays out the packages and writes their index.</summary>
    /// <returns>The line for sources.list.</returns>
    public static async Task<string> MakeAsync(
        IReadOnlyList<LockedPackage> packages, DebCache debs, string directory, CancellationToken cancellation)
    {
        var index = new StringBuilder();
        foreach (var package in packages)
        {
            var name = DebCache.FileNameOf(package);
            var path = debs.Checked(package);
            File.CreateSymbolicLink(Path.Combine(directory, name), path);
            var control = await HostProgram.RunAsync("dpkg-deb", ["--field", path], cancellation);
            foreach (var line in control.Output) index.Append(line).Append('\n');
            index.Append($"Filename: ./{name}\nSize: {new FileInfo(path).Length}\nSHA256: {package.Digest!["sha256:".Length..]}\n\n");
        }
        await File.WriteAllTextAsync(Path.Combine(directory, "Packages"), index.ToString(), cancellation);
        var uri = string.Join('/', directory.Split('/').Select(Uri.EscapeDataString));
        return $"deb [trusted=yes] copy:{uri} ./";
    }
}
