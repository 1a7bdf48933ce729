using System.Diagnostics;

namespace Glovebox.Bench.Functions;

/// <summary>A server in a process of its own, ended with all below it when disposed.</summary>
internal sealed class Listener : IDisposable
{
    private const string Announcement = "listening on ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly List<Process> _processes;

    private Listener(string name, Uri url, List<Process> processes) => (Name, Url, _processes) = (name, url, processes);

    public string Name { get; }
    public Uri Url { get; }

    /// <summary>What was started; more may be below.</summary>
    public IReadOnlyList<int> Pids => [.. _processes.Select(process => process.Id)];

    /// <summary>One that says where it listens.</summary>
    public static async Task<Listener> StartAsync(string name, ProcessStartInfo start)
    {
        start.UseShellExecute = false;
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var process = Process.Start(start)!;
        var bound = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var ended = process.WaitForExitAsync();
        if (await Task.WhenAny(bound.Task, ended) == ended)
            throw new InvalidOperationException($"{name}: ended with code {process.ExitCode} before it listened");
        return new Listener(name, await bound.Task, [process]);

        void Hear(string? line)
        {
            if (line is null) return;
            var at = line.IndexOf(Announcement, StringComparison.Ordinal);
            if (at >= 0) bound.TrySetResult(new Uri(line[(at + Announcement.Length)..].Split(' ')[0]));
            else if (!bound.Task.IsCompleted) Console.Error.WriteLine($"{name}: {line}");
        }
    }

    /// <summary>Some that together answer at a known address; waits until they do.</summary>
    public static async Task<Listener> StartAsync(string name, Uri url, string body, params ProcessStartInfo[] starts)
    {
        var listener = new Listener(name, url, [.. starts.Select(start => Process.Start(start)!)]);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var reply = await http.PostAsync(url, new StringContent(body));
                reply.EnsureSuccessStatusCode();
                var echo = await reply.Content.ReadAsStringAsync();
                if (echo.Replace(" ", "", StringComparison.Ordinal) == body) return listener;
                listener.Dispose();
                throw new InvalidOperationException($"{name} does not echo: {echo}");
            }
            catch (HttpRequestException) when (tries < 100)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            using (var term = Process.Start("kill", ["-TERM", $"{process.Id}"])) term.WaitForExit();
            if (!process.WaitForExit(Patience)) process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }
    }
}
