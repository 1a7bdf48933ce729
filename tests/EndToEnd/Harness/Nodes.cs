using System.Text.Json.Nodes;

namespace Glovebox.Tests.EndToEnd.Harness;

/// <summary>Serving processes that share a database, each with a home of its own, as on machines of their own. All may mount one folder.</summary>
internal sealed class Nodes(string folder, string connection, int executions) : IAsyncDisposable
{
    private readonly Dictionary<int, Served> _served = [];

    public string Connection => connection;

    /// <summary>Where jobs leave their marks.</summary>
    public string Marks { get; } = Directory.CreateDirectory(Path.Combine(folder, "marks")).FullName;

    public Served this[int number] => _served[number];

    public IEnumerable<int> Living => _served.Keys.Order();

    /// <summary>Starts a node, the first on its home or the next.</summary>
    public async Task StartAsync(int number)
    {
        var settings = Path.Combine(folder, "server.yaml");
        await File.WriteAllTextAsync(settings, $"volumes: [{Marks}]\n", TestContext.Current.CancellationToken);
        _served[number] = await Served.StartAsync(
            new Product(HomeOf(number)), folder, "--store", "postgres:" + connection, "--executions", executions.ToString(), "--config", settings);
    }

    public async Task KillAsync(int number)
    {
        _served.Remove(number, out var served);
        await served!.KillAsync();
        await served.DisposeAsync();
    }

    /// <summary>Submits a job whose command finds the folder at <c>/marks</c>.</summary>
    public Task<string> SubmitAsync(int number, string task, string line, JsonObject? more = null)
    {
        var all = new JsonObject { ["volumes"] = new JsonArray(new JsonObject { ["source"] = Marks, ["target"] = "/marks" }) };
        foreach (var (name, value) in more ?? []) all[name] = value?.DeepClone();
        return this[number].SubmitAsync(task, line, all);
    }

    /// <summary>Which node has or had an execution.</summary>
    public int Of(JsonNode execution) => Enumerable.Range(0, 10).First(n => File.Exists(Path.Combine(HomeOf(n), "nodes", (string)execution["node"]!)));

    /// <summary>A job's executions, the first first.</summary>
    public async Task<IReadOnlyList<JsonNode>> ExecutionsAsync(string job)
    {
        var page = await this[Living.First()].GetAsync($"/v1/jobs/{job}/executions?limit=200");
        return [.. page["items"]!.AsArray().Select(e => e!).Reverse()];
    }

    /// <summary>The lines of a mark's file, in order; none when there is no file.</summary>
    public IReadOnlyList<string> Marked(string file)
    {
        var path = Path.Combine(Marks, file);
        return File.Exists(path) ? [.. File.ReadAllLines(path).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>Waits until a box has made a file.</summary>
    public async Task AppearsAsync(string file)
    {
        var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(Marks, file);
        watcher.Created += (_, _) => made.TrySetResult();
        watcher.EnableRaisingEvents = true;
        if (!File.Exists(Path.Combine(Marks, file))) await made.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until no box holds the lock of a mark's file, which tells the end of the box without asking any server.</summary>
    public async Task FreeAsync(string file)
    {
        using var flock = System.Diagnostics.Process.Start("flock", ["-w", "120", Path.Combine(Marks, file), "true"]);
        await flock.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (flock.ExitCode != 0) throw new InvalidOperationException($"a box has held {file} for two minutes");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var served in _served.Values) await served.DisposeAsync();
    }

    private string HomeOf(int number) => Path.Combine(folder, "home" + number);
}
