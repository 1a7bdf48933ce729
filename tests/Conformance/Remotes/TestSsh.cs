using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Glovebox.Tests.Conformance.Remotes;

/// <summary>An ssh server of the test's own on loopback, with keys of its own. It ends with the test.</summary>
internal sealed class TestSsh : IAsyncDisposable
{
    private const string Program = "/usr/sbin/sshd";

    private readonly string _root;
    private readonly Process _process;

    private TestSsh(string root, Process process, int port) => (_root, _process, Port) = (root, process, port);

    public int Port { get; }

    /// <summary>The ssh program with the options that lead to this server as whom this is.</summary>
    public IReadOnlyList<string> Client =>
        ["ssh", "-F", "none", "-i", Path.Combine(_root, "user"), "-o", "StrictHostKeyChecking=no", "-o", $"UserKnownHostsFile={_root}/known", "-o", "LogLevel=ERROR"];

    public string Folder => Path.Combine(_root, "it's a \"folder\"");

    public Uri Url(string? path = null) => new($"ssh://127.0.0.1:{Port}{string.Join('/', (path ?? Folder).Split('/').Select(Uri.EscapeDataString))}");

    public static async Task<TestSsh> StartAsync()
    {
        Assert.SkipUnless(File.Exists(Program), "sshd is not installed (package openssh-server).");
        var root = Directory.CreateTempSubdirectory("glovebox-ssh-").FullName;
        foreach (var key in new[] { "host", "user" })
        {
            using var keygen = Process.Start("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(root, key)]);
            await keygen.WaitForExitAsync();
        }
        File.Copy(Path.Combine(root, "user.pub"), Path.Combine(root, "authorized"));
        // Where Debian's sshd parts its privileges; made by its service otherwise.
        if (Environment.IsPrivilegedProcess) Directory.CreateDirectory("/run/sshd");
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        await File.WriteAllTextAsync(Path.Combine(root, "config"), $"""
            ListenAddress 127.0.0.1
            Port {port}
            HostKey {root}/host
            AuthorizedKeysFile {root}/authorized
            PermitRootLogin yes
            PasswordAuthentication no
            StrictModes no
            UsePAM no
            PidFile none

            """);
        var start = new ProcessStartInfo(Program, ["-D", "-e", "-f", Path.Combine(root, "config")]) { RedirectStandardError = true, UseShellExecute = false };
        var process = Process.Start(start)!;
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null) ready.TrySetException(new InvalidOperationException("sshd did not start"));
            else if (line.Data.Contains("listening", StringComparison.Ordinal)) ready.TrySetResult();
        };
        process.BeginErrorReadLine();
        await ready.Task.WaitAsync(TimeSpan.FromMinutes(1));
        return new TestSsh(root, process, port);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
