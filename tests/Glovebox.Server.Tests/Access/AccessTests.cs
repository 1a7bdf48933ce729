using System.Net.WebSockets;
using System.Text;
using Glovebox.Api;
using Glovebox.Api.Access;
using Glovebox.Server.Tests.Harness;

namespace Glovebox.Server.Tests.Access;

public sealed class AccessTests
{
    private const string Spec = """{"image":"alpine","command":["ls"]}""";

    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("127.0.0.2", 200)]
    [InlineData("[::1]", 200)]
    [InlineData("evil.example", 403)]
    [InlineData("127.0.0.1.evil.example", 403)]
    [InlineData("192.168.0.5", 403)]
    public async Task Without_tokens_only_loopback_names_reach_it(string host, int status)
    {
        await using var served = await Served.StartAsync();
        Assert.Equal(status, (await served.SendAsync(HttpMethod.Get, "/v1/jobs", headers: $"Host: {host}:{served.Url.Port}")).Status);
        Assert.Equal(status, (await served.SendAsync(HttpMethod.Get, "/status/", headers: $"Host: {host}:{served.Url.Port}")).Status);
        Assert.Equal(403, (await served.SendAsync(HttpMethod.Get, "/v1/jobs", headers: $"Host: {host}:1")).Status);
    }

    [Theory]
    [InlineData("Origin: http://evil.example")]
    [InlineData("Origin: null")]
    [InlineData("Origin: http://localhost:1")]
    [InlineData("Sec-Fetch-Site: cross-site")]
    [InlineData("Sec-Fetch-Site: same-site")]
    public async Task No_web_page_of_elsewhere_reaches_it(string header)
    {
        await using var served = await Served.StartAsync();
        Assert.Contains("web page", (await served.SendAsync(HttpMethod.Post, "/v1/tasks/a/jobs", Spec, headers: header)).Refused(403));
        (await served.SendAsync(HttpMethod.Post, "/tasks/a/", Spec, "text/plain", header)).Refused(403);
        Assert.Empty(served.Jobs.Jobs);
    }

    [Fact]
    public async Task A_page_of_its_own_reaches_it()
    {
        await using var served = await Served.StartAsync();
        var own = served.Url.GetLeftPart(UriPartial.Authority);
        (await served.SendAsync(HttpMethod.Get, "/v1/jobs", null, "", $"Origin: {own}", "Sec-Fetch-Site: same-origin")).Ok();
    }

    [Fact]
    public async Task WebSockets_of_elsewhere_are_refused()
    {
        await using var served = await Served.StartAsync();
        var path = (string)(await served.PostAsync("/tasks/a/", """{"image":"a","command":"b"}""")).Ok()["jobUrl"]!;
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "http://evil.example");
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri($"{path}ws/".Replace("http:", "ws:")), CancellationToken.None));
        Assert.Equal(403, (int)socket.HttpStatusCode);
    }

    [Fact]
    public async Task With_a_token_there_is_nothing_without_one()
    {
        var tokens = new FakeTokens();
        var token = tokens.Add(TokenRole.Reader);
        await using var served = await Served.StartAsync(tokens);
        var bare = await served.GetAsync("/v1/jobs");
        Assert.Contains("token", bare.Refused(401));
        Assert.Contains("Bearer", bare.Headers.WwwAuthenticate.ToString());
        (await served.SendAsync(HttpMethod.Get, "/v1/jobs", headers: "Authorization: Bearer wrong")).Refused(401);
        (await served.SendAsync(HttpMethod.Get, "/v1/jobs", headers: $"Authorization: Bearer {token}")).Ok();
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:{token}"));
        (await served.SendAsync(HttpMethod.Get, "/status/", headers: $"Authorization: Basic {basic}")).Ok();
        (await served.GetAsync("/healthz")).Ok();
        (await served.GetAsync("/healthcheck/")).Refused(401);
    }

    [Fact]
    public async Task A_role_may_do_what_is_its_own()
    {
        var tokens = new FakeTokens();
        var (reader, worker, admin) = (tokens.Add(TokenRole.Reader), tokens.Add(TokenRole.Operator), tokens.Add(TokenRole.Admin));
        await using var served = await Served.StartAsync(tokens);
        Assert.Contains("operator", (await SendAsync(served, HttpMethod.Post, "/v1/tasks/a/jobs", reader)).Refused(403));
        (await SendAsync(served, HttpMethod.Post, "/v1/tasks/a/jobs", worker)).Ok(201);
        (await SendAsync(served, HttpMethod.Put, "/v1/tasks/a", worker)).Refused(403);
        (await SendAsync(served, HttpMethod.Post, "/docker-executor/blacklist", worker)).Refused(403);
        (await SendAsync(served, HttpMethod.Put, "/v1/tasks/a", admin, "{}")).Ok();
        (await SendAsync(served, HttpMethod.Get, "/v1/nothing", reader)).Refused(404);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://[::]:0")]
    public async Task An_open_address_takes_a_token(string url)
    {
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => Served.StartAsync(url: url));
        Assert.Contains("glovebox token create", refusal.Message);
        var tokens = new FakeTokens();
        tokens.Add(TokenRole.Admin);
        await using var served = await Served.StartAsync(tokens, url);
    }

    [Theory]
    [InlineData("https://127.0.0.1:1", "proxy")]
    [InlineData("127.0.0.1:1", "http://")]
    [InlineData("http://somewhere.example:1", "address")]
    public async Task A_wrong_URL_is_refused(string url, string named)
    {
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => Served.StartAsync(url: url));
        Assert.Contains(named, refusal.Message);
    }

    private static Task<Answer> SendAsync(Served served, HttpMethod method, string path, string token, string json = Spec) =>
        served.SendAsync(method, path, method == HttpMethod.Get ? null : json, headers: $"Authorization: Bearer {token}");
}
