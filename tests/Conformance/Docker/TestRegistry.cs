using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Glovebox.Backends.Docker;

namespace Glovebox.Tests.Conformance.Docker;

/// <summary>A registry of images of the test's own, on loopback, that asks for a password. It ends with the test.</summary>
internal sealed class TestRegistry : IAsyncDisposable
{
    public const string Program = "docker-registry";

    private const string User = "glovebox";
    private const string Password = "open-sesame";

    // The same, as the registry keeps it.
    private const string Keyed = "glovebox:$2y$05$plci8Fl52H56NMOggPi6p.NyifZkP99fKPJYa.cCHfS04Sd.WJoB2";

    private readonly Process _process;
    private readonly string _root;
    private readonly StringBuilder _said = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TestRegistry(Process process, string root, string host) => (_process, _root, Host) = (process, root, host);

    /// <summary>Where it keeps its bytes.</summary>
    public string Data => Path.Combine(_root, "data");

    /// <summary>The content of a docker login's file.</summary>
    public string LoginFile =>
        "{\"auths\":{\"" + Host + "\":{\"auth\":\"" + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")) + "\"}}}";

    /// <summary>As image names begin.</summary>
    public string Host { get; }

    public string Login => Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"username":"{{User}}","password":"{{Password}}","serveraddress":"{{Host}}"}"""))
        .Replace('+', '-').Replace('/', '_');

    public Dictionary<string, RegistryLogin> Right => new() { [Host] = new RegistryLogin(User, Password) };

    public Dictionary<string, RegistryLogin> Wrong => new() { [Host] = new RegistryLogin(User, "guess") };

    /// <param name="open">Asks for no password.</param>
    public static async Task<TestRegistry> StartAsync(bool open = false)
    {
        Assert.SkipUnless(TestEngine.Places.Any(place => File.Exists(Path.Combine(place, Program))), $"{Program} is not installed.");
        var root = Directory.CreateTempSubdirectory("glovebox-registry-").FullName;
        string host;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            host = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        }
        await File.WriteAllTextAsync(Path.Combine(root, "htpasswd"), Keyed + "\n");
        var login = open ? "" : $"auth: {{htpasswd: {{realm: tests, path: {root}/htpasswd}}}}";
        await File.WriteAllTextAsync(Path.Combine(root, "config.yml"), $$$"""
            version: 0.1
            storage: {filesystem: {rootdirectory: {{{root}}}/data}}
            http: {addr: "{{{host}}}"}
            {{{login}}}
            """);
        var start = new ProcessStartInfo(Program, ["serve", Path.Combine(root, "config.yml")])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var registry = new TestRegistry(Process.Start(start)!, root, host);
        registry._process.OutputDataReceived += (_, line) => registry.Hear(line.Data);
        registry._process.ErrorDataReceived += (_, line) => registry.Hear(line.Data);
        registry._process.BeginOutputReadLine();
        registry._process.BeginErrorReadLine();
        await registry._ready.Task.WaitAsync(TimeSpan.FromMinutes(1));
        return registry;
    }

    /// <summary>How often it gave out a layer or a configuration.</summary>
    public int Given
    {
        get
        {
            lock (_said) return _said.ToString().Split('\n').Count(line => line.Contains("GET /v2/", StringComparison.Ordinal) && line.Contains("/blobs/", StringComparison.Ordinal) && line.Contains("\" 200 ", StringComparison.Ordinal));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private void Hear(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line);
            if (line is null) _ready.TrySetException(new InvalidOperationException($"{Program} did not start:\n{_said}"));
        }
        if (line?.Contains("listening on", StringComparison.Ordinal) == true) _ready.TrySetResult();
    }
}
