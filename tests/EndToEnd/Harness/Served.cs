using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Glovebox.Tests.EndToEnd.Harness;

/// <summary>A <c>glovebox serve</c> of the test's own, on a free port of loopback; ended when disposed.</summary>
internal sealed class Served : IAsyncDisposable
{
    private const string Announcement = "listening on ";
    private const int Sigterm = 15;

    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private readonly TaskCompletionSource<Uri> _bound = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Served(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginErrorReadLine();
    }

    public HttpClient Http { get; private set; } = null!;

    public int Pid => _process.Id;

    /// <summary>What it said on standard error so far.</summary>
    public string Said
    {
        get
        {
            lock (_said) return _said.ToString();
        }
    }

    public static async Task<Served> StartAsync(Product product, string directory, params string[] options)
    {
        var served = new Served(product.Start(directory, ["serve", "--urls", "http://127.0.0.1:0", .. options]));
        var bound = await served._bound.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        served.Http = new HttpClient { BaseAddress = bound };
        return served;
    }

    /// <summary>As the kernel does when there is no memory left.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>As an init system does; the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using (var kill = Process.Start("kill", [$"-{Sigterm}", Pid.ToString()])) await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async Task<JsonNode> GetAsync(string path)
    {
        using var reply = await Http.GetAsync(path, TestContext.Current.CancellationToken);
        var text = await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return reply.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException($"GET {path}: {(int)reply.StatusCode} {text}\n{Said}");
    }

    public async Task<JsonNode> PostAsync(string path, JsonNode? body = null)
    {
        using var reply = await Http.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        var text = await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return reply.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException($"POST {path}: {(int)reply.StatusCode} {text}\n{Said}");
    }

    /// <summary>Submits a job that runs a line of shell on the host's environment; its id.</summary>
    public async Task<string> SubmitAsync(string task, string line, JsonObject? more = null)
    {
        var spec = new JsonObject { ["environment"] = "host", ["command"] = new JsonArray("sh", "-c", line) };
        foreach (var (name, value) in more ?? []) spec[name] = value?.DeepClone();
        return (string)(await PostAsync($"/v1/tasks/{task}/jobs", spec))["job"]!["id"]!;
    }

    /// <summary>Every event from the first on, and those to come.</summary>
    public async IAsyncEnumerable<JsonNode> HearAsync(string filter = "")
    {
        const string Data = "data:";
        var cancellation = TestContext.Current.CancellationToken;
        using var reply = await Http.GetAsync($"/v1/events?after=0&{filter}", HttpCompletionOption.ResponseHeadersRead, cancellation);
        reply.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await reply.Content.ReadAsStreamAsync(cancellation));
        while (await lines.ReadLineAsync(cancellation) is { } line)
            if (line.StartsWith(Data, StringComparison.Ordinal)) yield return JsonNode.Parse(line[Data.Length..])!;
    }

    /// <summary>Hears events until the given number of them are of a kind; the last of these.</summary>
    public async Task<JsonNode> HearAsync(string filter, string kind, int count = 1)
    {
        await foreach (var heard in HearAsync(filter))
            if ((string?)heard["kind"] == kind && --count == 0) return heard;
        throw new InvalidOperationException($"the events ended before {count} more '{kind}' of {filter}\n{Said}");
    }

    /// <summary>Hears the server's events until the job has ended; the job as it is then.</summary>
    public async Task<JsonNode> WaitAsync(string job)
    {
        using var reply = await Http.GetAsync($"/v1/events?job={job}&after=0", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        reply.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await reply.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        while (await lines.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            if (line.Contains("job.finished", StringComparison.Ordinal)) return await GetAsync($"/v1/jobs/{job}");
        throw new InvalidOperationException($"the events ended before job {job} did\n{Said}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        Http?.Dispose();
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        lock (_said) _said.AppendLine(line);
        if (line is null) _bound.TrySetException(new InvalidOperationException($"glovebox serve ended before it served:\n{Said}"));
        else if (line.IndexOf(Announcement, StringComparison.Ordinal) is >= 0 and var at)
            _bound.TrySetResult(new Uri(line[(at + Announcement.Length)..].Split([' ', ','])[0]));
    }
}
