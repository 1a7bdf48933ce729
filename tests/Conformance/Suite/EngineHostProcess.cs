using System.Diagnostics;

namespace Glovebox.Tests.Conformance.Suite;

/// <summary>An engine in a process of its own, to be killed.</summary>
internal sealed class EngineHostProcess : IDisposable
{
    private readonly Process _process;

    private EngineHostProcess(Process process, string id, string root)
    {
        _process = process;
        Id = id;
        Root = root;
    }

    public int Pid => _process.Id;
    public string Id { get; }
    public string Root { get; }
    public string State => Path.Combine(Root, "state");
    public string Log => Path.Combine(Root, "log");

    /// <summary>Starts it and waits until its box runs.</summary>
    public static async Task<EngineHostProcess> StartAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "EngineHost"), arguments) { UseShellExecute = false, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        var fields = (line ?? "").Split(' ');
        Assert.True(fields.Length == 2 && fields[1].StartsWith('/'), $"The engine said: {line}");
        return new EngineHostProcess(process, fields[0], fields[1]);
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
        if (Directory.Exists(Root)) Directory.Delete(Root, recursive: true);
    }
}
