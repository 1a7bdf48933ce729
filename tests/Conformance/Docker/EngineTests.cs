using System.Net;
using System.Text;
using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Backends.Docker;
using Glovebox.Backends.Docker.Engine;
using Glovebox.Backends.Docker.Images;
using Glovebox.Backends.Docker.Output;
using Glovebox.Execution;
using Glovebox.Tests.Conformance.Suite;

namespace Glovebox.Tests.Conformance.Docker;

/// <summary>What is said to an engine and heard from it, without one.</summary>
public sealed class EngineTests
{
    [Theory]
    [InlineData("debian", "debian", "latest", null)]
    [InlineData("team/tool:1.2", "team/tool", "1.2", null)]
    [InlineData("registry:5000/team/tool", "registry:5000/team/tool", "latest", "registry:5000")]
    [InlineData("registry:5000/tool:1", "registry:5000/tool", "1", "registry:5000")]
    [InlineData("localhost/tool", "localhost/tool", "latest", "localhost")]
    [InlineData("r.example/a/b/c:2@sha256:abc", "r.example/a/b/c", "sha256:abc", "r.example")]
    [InlineData("tool@sha256:abc", "tool", "sha256:abc", null)]
    public void An_images_name_is_taken_apart(string name, string repository, string version, string? registry) =>
        Assert.Equal(new ImageName(repository, version, registry), ImageName.Parse(name));

    [Theory]
    [InlineData("/run/docker.sock")]
    [InlineData("unix://relative")]
    [InlineData("tcp://host")]
    [InlineData("http://host:1")]
    [InlineData("")]
    public void An_address_that_is_none_is_refused(string address) =>
        Assert.Contains($"'{address}'", Assert.Throws<RefusalException>(() => new DockerBackend(new DockerHost { Address = address }, TimeProvider.System)).Message);

    [Fact]
    public void A_tls_file_that_cannot_be_read_is_refused_and_named()
    {
        var host = new DockerHost { Address = "tcp://127.0.0.1:1", Tls = new DockerTls("/no/such/ca.pem", null, null) };
        Assert.Contains("/no/such/ca.pem", Assert.Throws<RefusalException>(() => new DockerBackend(host, TimeProvider.System)).Message);
    }

    // As dockerd 20.10 with runc 1.1, and podman 4.3 with crun 1.8, said it.
    [Theory]
    [InlineData("runc create failed: unable to start container process: exec: \"no-such\": executable file not found in $PATH: unknown", 127)]
    [InlineData("runc create failed: unable to start container process: exec: \"/no/such\": stat /no/such: no such file or directory: unknown", 127)]
    [InlineData("runc create failed: unable to start container process: exec: \"/usr\": permission denied: unknown", 126)]
    [InlineData("crun: executable file `no-such` not found in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found", 127)]
    [InlineData("crun: open executable: Permission denied: OCI permission denied", 126)]
    [InlineData("invalid mount config for type \"bind\": bind source path does not exist: /nosuch/dir", 125)]
    public void A_complaint_about_the_start_has_its_code(string complaint, int code) =>
        Assert.Equal(code, StartComplaint.Judge(complaint, "x", "unix:///s").ExitCode);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(1000)]
    public void Frames_are_taken_apart_wherever_they_are_cut(int piece)
    {
        byte[] frames = [1, 0, 0, 0, 0, 0, 0, 3, 0xff, 0, 10, 2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1, 65, 1, 0, 0, 0, 0, 0, 1, 0, .. new byte[256]];
        var (output, error) = (new MemoryStream(), new MemoryStream());
        var decoder = new FrameDecoder((stream, bytes) => (stream == StandardStream.Output ? output : error).Write(bytes));
        foreach (var part in frames.Chunk(piece)) decoder.Decode(part);
        Assert.True(decoder.AtFrameEnd);
        Assert.Equal([0xff, 0, 10, .. new byte[256]], output.ToArray());
        Assert.Equal([65], error.ToArray());
        decoder.Decode([1, 0]);
        Assert.False(decoder.AtFrameEnd);
        Assert.Throws<InvalidDataException>(() => new FrameDecoder((_, _) => { }).Decode("HTTP/1.1 400"u8));
    }

    [Fact]
    public async Task A_pull_shows_the_login_of_the_images_registry_and_its_refusal_is_passed_on()
    {
        using var box = new TestBox(isolated: true);
        using var listener = Listen(out var port);
        var asked = ServeAsync(listener);
        var host = new DockerHost
        {
            Address = $"tcp://127.0.0.1:{port}",
            Registries = new Dictionary<string, RegistryLogin> { ["registry:5000"] = new("me", "pass?>word"), ["default"] = new("other", "x") },
        };
        using var backend = new DockerBackend(host, TimeProvider.System);
        var image = new NamedImage("registry:5000/team/tool:1", PullPolicy.Always, new Dictionary<string, string>());
        var failure = (await backend.StartAsync(box.Shell("true") with { Image = image }, TestContext.Current.CancellationToken)).Failure!;
        listener.Stop();
        Assert.Equal(125, failure.ExitCode);
        Assert.Contains("denied: wrong password", failure.Message);
        Assert.DoesNotContain("pass?>word", failure.Message);
        var (query, login) = await asked;
        Assert.Equal("?fromImage=registry%3A5000%2Fteam%2Ftool&tag=1", query);
        var decoded = JsonSerializer.Deserialize(Convert.FromBase64String(login!.Replace('-', '+').Replace('_', '/')), EngineJson.Default.Login);
        Assert.Equal(new Login("me", "pass?>word", "registry:5000"), decoded);
    }

    /// <summary>An engine that knows no image, and whose registry refuses. Tells what it was asked to pull.</summary>
    private static async Task<(string? Query, string? Login)> ServeAsync(HttpListener listener)
    {
        (string?, string?) pull = default;
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                break;
            }
            var pulls = context.Request.Url!.AbsolutePath.EndsWith("/images/create", StringComparison.Ordinal);
            if (pulls) pull = (context.Request.Url.Query, context.Request.Headers["X-Registry-Auth"]);
            var answer = pulls ? "{\"status\":\"Pulling\"}\r\n{\"errorDetail\":{},\"error\":\"denied: wrong password\"}\r\n" : "OK";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
            context.Response.Close();
        }
        return pull;
    }

    private static HttpListener Listen(out int port)
    {
        using (var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }
        var listener = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
        listener.Start();
        return listener;
    }
}
