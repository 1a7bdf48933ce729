using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Glovebox.Backends.Docker;

namespace Glovebox.Tests.Conformance.Docker;

/// <summary>
/// A dockerd or a podman service of the tests' own: its own store and socket, in namespaces of its own for processes and mounts. It lives as
/// long as its standard input is open; with it goes everything it started and mounted, also when this process is killed.
/// </summary>
internal sealed class TestEngine : IAsyncDisposable
{
    public const string Image = "glovebox-test:latest";

    /// <summary>The same with an entry point, a variable, a user and a working directory of its own.</summary>
    public const string ConfiguredImage = "glovebox-configured:latest";

    public static readonly string[] Places = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"];

    // crun refuses cgroups of both versions side by side, so the second is out of sight.
    private const string Seal = "mount -t tmpfs tmpfs /run; umount -l /sys/fs/cgroup/unified 2>/dev/null; \"$@\" & read -r _";

    private readonly Process _process;
    private readonly string _root;
    private readonly StringBuilder _said = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _http;
    private readonly TestCertificates _certificates;

    private TestEngine(string name, Process process, string root, TestCertificates certificates)
    {
        (Name, _process, _root, _certificates) = (name, process, root, certificates);
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new System.Net.Sockets.Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        }) { BaseAddress = new Uri("http://engine") };
    }

    public string Name { get; }

    public string Address => "unix://" + Socket;

    public string Socket => Path.Combine(_root, "socket");

    /// <summary>The same engine over TCP with TLS; Docker alone.</summary>
    public string TlsAddress => string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{_certificates.Port}");

    public DockerTls Tls => _certificates.Client;

    public static string[] Programs(string name) => [name == "docker" ? "dockerd" : name, "unshare", "tini", "tini-static"];

    public static async Task<TestEngine> StartAsync(string name)
    {
        var root = Directory.CreateTempSubdirectory($"glovebox-{name}-").FullName;
        var certificates = TestCertificates.Make(root);
        string[] command = name == "docker" ? [.. Docker(root), .. certificates.DaemonOptions] : Podman(root);
        var start = new ProcessStartInfo("unshare",
            ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "tini", "--", "sh", "-c", Seal, "sh", .. command])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = root,
            Environment =
            {
                ["CONTAINERS_CONF"] = Path.Combine(root, "containers.conf"), ["CONTAINERS_REGISTRIES_CONF"] = Path.Combine(root, "registries.conf"),
            },
        };
        var engine = new TestEngine(name, Process.Start(start)!, root, certificates);
        engine.Listen();
        await engine._ready.Task.WaitAsync(TimeSpan.FromMinutes(1));
        var tar = Path.Combine(root, "image.tar");
        await ImageTar.MakeAsync(tar);
        await engine.ImportAsync(tar, Image, []);
        await engine.ImportAsync(tar, ConfiguredImage, ["ENV A=image", "ENV B=image", "WORKDIR /etc", "USER 1234", "ENTRYPOINT [\"/usr/bin/env\"]"]);
        return engine;
    }

    /// <summary>Makes an image that has the variable <c>EDITION</c>, and puts it into a registry. The engine itself does not keep it.</summary>
    /// <param name="keep">What the engine has under this name stays there.</param>
    public async Task PublishAsync(TestRegistry registry, string image, string edition, string? keep = null)
    {
        if (keep is not null) await TagAsync(keep, "kept");
        await ImportAsync(Path.Combine(_root, "image.tar"), image, [$"ENV EDITION={edition}"]);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1.41/images/{image[..image.LastIndexOf(':')]}/push?tag={image[(image.LastIndexOf(':') + 1)..]}");
        request.Headers.Add("X-Registry-Auth", registry.Login);
        await AskAsync(request);
        using var removal = new HttpRequestMessage(HttpMethod.Delete, $"/v1.41/images/{image}?force=1");
        using (await _http.SendAsync(removal)) { }
        if (keep is not null) await TagAsync("kept:latest", image[..image.LastIndexOf(':')], image[(image.LastIndexOf(':') + 1)..]);
    }

    private async Task TagAsync(string image, string repository, string tag = "latest")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1.41/images/{image}/tag?repo={repository}&tag={tag}");
        await AskAsync(request);
    }

    /// <summary>What the engine says of a container.</summary>
    public async Task<System.Text.Json.JsonElement> InspectAsync(string container)
    {
        using var facts = System.Text.Json.JsonDocument.Parse(await _http.GetStringAsync($"/v1.41/containers/{container}/json"));
        return facts.RootElement.Clone();
    }

    /// <summary>The engine is gone, and with it all that it ran.</summary>
    public async Task EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await ClearAsync();
        _http.Dispose();
        await EndAsync();
        _process.Dispose();
        Directory.Delete(_root, recursive: true);
        foreach (var controller in Directory.EnumerateDirectories("/sys/fs/cgroup"))
            if (Directory.Exists(Path.Combine(controller, CgroupName))) Directory.Delete(Path.Combine(controller, CgroupName));
    }

    private async Task ClearAsync()
    {
        // So that it takes its own cgroups away.
        using (var listed = System.Text.Json.JsonDocument.Parse(await _http.GetStringAsync("/v1.41/containers/json?all=1")))
        {
            foreach (var container in listed.RootElement.EnumerateArray())
                (await _http.DeleteAsync($"/v1.41/containers/{container.GetProperty("Id").GetString()}?force=1")).Dispose();
        }
    }

    private static string CgroupName { get; } = string.Create(CultureInfo.InvariantCulture, $"glovebox-tests-{Environment.ProcessId}");

    // The machine may allow fewer open files and processes than the engines ask for by themselves.
    private static string[] Docker(string root)
    {
        File.WriteAllText(Path.Combine(root, "daemon.json"), "{}");
        return
        [
            "dockerd", "--config-file", Path.Combine(root, "daemon.json"), "--data-root", Path.Combine(root, "data"), "--exec-root", Path.Combine(root, "exec"),
            "--pidfile", Path.Combine(root, "pid"), "--host", "unix://" + Path.Combine(root, "socket"), "--group", "root", "--iptables=false",
            "--ip6tables=false", "--ip-forward=false", "--bridge=none", "--cgroup-parent", "/" + CgroupName, "--default-ulimit", "nofile=1024:1024",
            "--default-ulimit", "nproc=1024:1024",
        ];
    }

    private static string[] Podman(string root)
    {
        File.WriteAllText(Path.Combine(root, "containers.conf"), """
            [containers]
            default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
            [engine]
            init_path = "/usr/bin/tini-static"
            """);
        // Docker speaks plain HTTP to a registry on loopback by itself.
        File.WriteAllText(Path.Combine(root, "registries.conf"), """
            [[registry]]
            location = "127.0.0.1"
            insecure = true
            """);
        return
        [
            "podman", "--root", Path.Combine(root, "data"), "--runroot", Path.Combine(root, "run"), "--tmpdir", Path.Combine(root, "tmp"),
            "--log-level", "info", "system", "service", "--time", "0", "unix://" + Path.Combine(root, "socket"),
        ];
    }

    private void Listen()
    {
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Hear(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line);
            if (line is null) _ready.TrySetException(new InvalidOperationException($"{Name} did not start:\n{_said}"));
        }
        if (line is not null && (line.Contains("API listen on", StringComparison.Ordinal) || line.Contains("API service listening", StringComparison.Ordinal)))
            _ready.TrySetResult();
    }

    private async Task ImportAsync(string tar, string image, string[] changes)
    {
        await using var file = new FileStream(tar, FileMode.Open, FileAccess.Read);
        using var content = new StreamContent(file);
        content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-tar");
        var query = string.Concat(changes.Select(change => "&changes=" + Uri.EscapeDataString(change)));
        var colon = image.LastIndexOf(':');
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1.41/images/create?fromSrc=-&repo={image[..colon]}&tag={image[(colon + 1)..]}{query}");
        request.Content = content;
        await AskAsync(request);
    }

    private async Task AskAsync(HttpRequestMessage request)
    {
        using var response = await _http.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode && !answer.Contains("error", StringComparison.Ordinal), answer);
    }
}
