using System.Diagnostics;

namespace Glovebox.Tests.Distributions;

/// <summary>A docker daemon of the test's own: private socket, private data, no bridges.</summary>
/// <param name="directory">Short: the path of a socket holds 107 bytes.</param>
internal sealed class Docker(string directory) : IAsyncDisposable
{
    private readonly string _socket = "unix://" + Path.Combine(directory, "docker.sock");
    private Process? _daemon;

    public static bool IsInstalled => File.Exists("/usr/sbin/dockerd");

    /// <summary>True when the daemon says that it listens.</summary>
    public async Task<bool> StartAsync(CancellationToken cancellation)
    {
        // Mounts of its own, which end with it: a daemon that is hurried leaves its data mounted, and the folder could not be removed.
        var start = new ProcessStartInfo("/usr/bin/unshare") { RedirectStandardError = true, UseShellExecute = false };
        string[] arguments =
        [
            "--mount", "/usr/sbin/dockerd",
            "--host", _socket, "--data-root", Path.Combine(directory, "data"), "--exec-root", Path.Combine(directory, "exec"),
            "--pidfile", Path.Combine(directory, "pid"),
            "--bridge=none", "--iptables=false", "--ip6tables=false", "--storage-driver=overlay2",
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        _daemon = Process.Start(start)!;
        while (await _daemon.StandardError.ReadLineAsync(cancellation) is { } line)
        {
            if (!line.Contains("API listen on", StringComparison.Ordinal)) continue;
            // The rest is nobody's, but a full pipe would stop the daemon.
            _ = _daemon.StandardError.ReadToEndAsync(CancellationToken.None);
            return true;
        }
        return false;
    }

    public Task<string> RunAsync(params string[] arguments) => Tool.RunAsync("docker", ["--host", _socket, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
        {
            // TERM, so that the daemon ends its own children and mounts.
            await Tool.RunAsync("/bin/kill", [_daemon.Id.ToString()]);
            await _daemon.WaitForExitAsync();
            _daemon.Dispose();
        }
        Directory.Delete(directory, recursive: true);
    }
}
