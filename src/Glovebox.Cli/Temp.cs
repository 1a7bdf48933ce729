using Glovebox.Api.Environments;
using Glovebox.Environments;
using Glovebox.Execution;
using Glovebox.Home;
namespace Glovebox.Cli;
internal sealed class Temp(GloveboxHome home) : IEnvironmentSource
{
    public Task<PreparedEnvironment> PrepareAsync(string directory, string? name, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var s = Path.Combine(home.Root, "tmpskel");
        if (!Directory.Exists(s)) {
            Directory.CreateDirectory(s + "/etc"); Directory.CreateDirectory(s + "/usr");
            foreach (var n in new[] { "bin", "sbin", "lib", "lib64" }) File.CreateSymbolicLink(s + "/" + n, "usr/" + n);
            File.WriteAllText(s + "/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
        }
        return Task.FromResult(new PreparedEnvironment("host", "sha256:0", "sha256:0", [s], [new BindMount("/usr", "/usr", true)],
            new Dictionary<string, string> { ["PATH"] = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", ["LANG"] = "C.UTF-8", ["HOME"] = "/root" }, "/work", null));
    }
    public Task<PreparedEnvironment> PrepareRecordedAsync(string digest, IProgress<BuildProgress> progress, CancellationToken cancellation) => PrepareAsync("", null, progress, cancellation);
    public IReadOnlyList<LockedPackage> Packages(string digest) => [];
}
