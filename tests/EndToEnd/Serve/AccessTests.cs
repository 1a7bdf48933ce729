using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Serve;

/// <summary>Who may use the real server, and how the verbs of its home find it.</summary>
public sealed class AccessTests : Place
{
    private const string Job = """{"environment":"host","command":["true"]}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Host", "localhost:1")]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_web_page_of_another_origin_reaches_nothing(string header, string value)
    {
        await using var served = await Served.StartAsync(Glovebox, Project);
        foreach (var path in (string[])["/v1/tasks/t/jobs", "/tasks/t/"]) Assert.Equal(403, await StatusAsync(served, HttpMethod.Post, path, (header, value)));
        foreach (var path in (string[])["/v1/jobs", "/v1/events", "/status/"]) Assert.Equal(403, await StatusAsync(served, HttpMethod.Get, path, (header, value)));
        Assert.Empty((await served.GetAsync("/v1/jobs"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_socket_of_another_origin_is_not_opened()
    {
        await using var served = await Served.StartAsync(Glovebox, Project);
        var id = await served.SubmitAsync("t", "true");
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "http://evil.example");
        var address = new UriBuilder(new Uri(served.Http.BaseAddress!, $"/tasks/t/jobs/{id}/ws/")) { Scheme = "ws" }.Uri;
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(address, Cancellation));
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://[::]:0")]
    public async Task Others_reach_it_only_with_a_token(string url)
    {
        var refused = (await RunAsync("serve", "--urls", url)).Exits(2);
        Assert.Contains("glovebox token create", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_token_everything_needs_one_and_roles_hold()
    {
        var reader = await TokenAsync("reader");
        await using var served = await Served.StartAsync(Glovebox, Project);
        var (operators, admin) = (await TokenAsync("operator"), await TokenAsync("admin"));

        foreach (var path in (string[])["/v1/jobs", "/v1/status", "/v1/events", "/openapi/v1.json", "/", "/status/", "/tasks/", "/nowhere"])
            Assert.Equal(401, await StatusAsync(served, HttpMethod.Get, path));
        Assert.Equal(200, await StatusAsync(served, HttpMethod.Get, "/healthz"));
        Assert.Equal(401, await StatusAsync(served, HttpMethod.Get, "/v1/jobs", Bearer("gb_wrong")));

        Assert.Equal("200 403 403 403", await TriedAsync(served, Bearer(reader)));
        Assert.Equal("200 201 200 403", await TriedAsync(served, Bearer(operators)));
        Assert.Equal("200 201 200 204", await TriedAsync(served, Bearer(admin)));
        Assert.Equal("200 201 200 204", await TriedAsync(served, ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"anyone:{admin}")))));
    }

    [Fact]
    public async Task The_verbs_of_its_home_need_no_token()
    {
        await TokenAsync("admin");
        await using var served = await Served.StartAsync(Glovebox, Project);
        var file = Path.Combine(Glovebox.Home, "serve.address");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        var submitted = (await RunAsync("job", "submit", "t", "--wait", "-e", "host", "--", "sh", "-c", "echo out; exit 5")).Exits(5);
        Assert.Equal("out\n", submitted.Output);
        var listed = Assert.Single((await RunAsync("job", "ls", "--json")).Exits(0).Json.AsArray())!;
        Assert.Equal("failed", (string?)listed["status"]);
    }

    /// <summary>The statuses of: a look, two submits, a drain.</summary>
    private static async Task<string> TriedAsync(Served served, (string, string) header)
    {
        var look = await StatusAsync(served, HttpMethod.Get, "/v1/jobs", header);
        var (submit, post) = (await StatusAsync(served, HttpMethod.Post, "/v1/tasks/t/jobs", header), await StatusAsync(served, HttpMethod.Post, "/tasks/t/", header));
        return $"{look} {submit} {post} {await StatusAsync(served, HttpMethod.Post, "/v1/resources/local/undrain", header)}";
    }

    private static async Task<int> StatusAsync(Served served, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Post)
            request.Content = new StringContent(path.StartsWith("/v1", StringComparison.Ordinal) ? Job : """{"image":"host","command":"true"}""", Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        foreach (var (name, value) in headers) Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        using var reply = await served.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        return (int)reply.StatusCode;
    }

    private static (string, string) Bearer(string token) => ("Authorization", $"Bearer {token}");

    private async Task<string> TokenAsync(string role) => (string)(await RunAsync("token", "create", role, "--role", role, "--json")).Exits(0).Json["token"]!;
}
