using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Functions;

/// <summary>Calls that nobody waits for, that wait themselves, and that nobody wants any more.</summary>
public sealed class AsyncTests : Place
{
    private const string Slow = "import time\n\ndef handle(params):\n    time.sleep(params.get('seconds', 0))\n    return params.get('n')\n";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_callback_tells_of_the_end_and_is_signed()
    {
        Write("f/handler.py", Slow);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var served = await Served.StartAsync(Glovebox, Project);
        await DeployAsync();
        var id = (string)(await served.AcceptAsync("f", """{"n":7}""", $"http://{listener.LocalEndpoint}/told"))["id"]!;

        var (head, body) = await ReceiveAsync(listener);

        Assert.StartsWith("POST /told ", head[0]);
        var call = JsonNode.Parse(body)!["call"]!;
        Assert.Equal((id, "done", "7"), ((string?)call["id"], (string?)call["status"], (string?)call["result"]));
        Assert.Equal(("finishes", (string?)JsonNode.Parse(body)!["delivery"]), ((string?)JsonNode.Parse(body)!["event"], Header("Glovebox-Delivery")));
        var secret = File.ReadAllText(Path.Combine(Glovebox.Home, "webhook.secret")).Trim();
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{Header("Glovebox-Timestamp")}.{body}"));
        Assert.Equal($"sha256={Convert.ToHexStringLower(expected)}", Header("Glovebox-Signature"));

        string? Header(string name) => head.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
    }

    [Fact]
    public async Task A_full_queue_refuses_and_calls_are_cancelled_by_id_and_by_going_away()
    {
        Write("f/handler.py", Slow);
        await using var served = await Served.StartAsync(Glovebox, Project);
        await DeployAsync("--max", "1", "--queue", "1", "--timeout", "10m");
        var running = (string)(await served.AcceptAsync("f", """{"seconds":500}"""))["id"]!;
        await served.UntilAsync("f", stats => (int)stats["busy"]! == 1);
        using var going = new CancellationTokenSource();
        var waiting = served.SendAsync("f", """{"n":1}""", going.Token);
        await served.UntilAsync("f", stats => (int)stats["waiting"]! == 1);

        using (var refused = await served.SendAsync("f"))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        }

        await going.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await served.UntilAsync("f", stats => (int)stats["waiting"]! == 0);
        var put = (string)(await served.AcceptAsync("f", """{"n":2}"""))["id"]!;
        Assert.Equal("cancelled", (string?)(await RunAsync("function", "cancel", put, "--json")).Exits(0).Json["status"]);
        Assert.Equal($"{running} cancelled\n", (await RunAsync("function", "cancel", running)).Exits(0).Output);
        Assert.Equal("3", await served.CallAsync("f", """{"n":3}"""));
        var done = (string)(await served.AcceptAsync("f"))["id"]!;
        await served.EndAsync(done);
        Assert.Contains("has ended: it is done", (await RunAsync("function", "cancel", done)).Exits(4).Error);
        Assert.Equal(1, (int)(await served.GetAsync("/v1/functions/f/stats"))["refused"]!);
    }

    [Fact]
    public async Task A_killed_server_leaves_nothing_behind_when_the_next_has_ended()
    {
        Write("f/handler.py", Slow);
        string id;
        await using (var first = await Served.StartAsync(Glovebox, Project))
        {
            await DeployAsync();
            id = (string)(await first.AcceptAsync("f", """{"n":7,"seconds":0.5}"""))["id"]!;
            await first.UntilAsync("f", stats => (int)stats["busy"]! == 1);
            await first.KillAsync();
        }

        await using (var second = await Served.StartAsync(Glovebox, Project))
        {
            var call = await second.EndAsync(id);
            Assert.Equal(("done", "7", 2), ((string?)call["status"], (string?)call["result"], (int)call["attempts"]!));
            Assert.Equal(0, await second.TerminateAsync());
        }

        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(Glovebox.Home, "instances")));
        Assert.DoesNotContain(Glovebox.Home, File.ReadAllText("/proc/self/mountinfo"));
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])), IsOfHome);
    }

    private async Task DeployAsync(params string[] options)
    {
        (await RunAsync("runtime", "create", "py", "--env", "host")).Exits(0);
        (await RunAsync(["function", "deploy", "f", "-r", "py", .. options, "f"])).Exits(0);
    }

    /// <summary>A process that was given something of the home, as every box and its monitor is.</summary>
    private bool IsOfHome(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Contains(Glovebox.Home, StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>One request, answered with 204: its head by lines, and its body.</summary>
    private static async Task<(string[] Head, string Body)> ReceiveAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(Cancellation);
        await using var stream = client.GetStream();
        using var text = new MemoryStream();
        var piece = new byte[4096];
        while (true)
        {
            text.Write(piece, 0, await stream.ReadAsync(piece, Cancellation));
            var whole = Encoding.UTF8.GetString(text.ToArray());
            var end = whole.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0) continue;
            var head = whole[..end].Split("\r\n");
            var length = int.Parse(head.Single(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1]);
            if (text.Length - Encoding.UTF8.GetByteCount(whole[..(end + 4)]) < length) continue;
            await stream.WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray(), Cancellation);
            return (head, whole[(end + 4)..]);
        }
    }
}
