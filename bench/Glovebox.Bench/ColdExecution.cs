using System.Diagnostics;
using Glovebox.Backends.Oci;
using Glovebox.Execution;

namespace Glovebox.Bench;

/// <summary><c>/bin/true</c> through the engine, in process and warm, beside <c>crun run</c> of the configuration that the engine wrote.</summary>
internal static class ColdExecution
{
    private const int Rounds = 60;

    public static async Task TakeAsync(string repository)
    {
        Console.WriteLine("execution of /bin/true (budget: 1.5 x bare crun run of the same bundle):");
        var folder = Directory.CreateTempSubdirectory("glovebox-bench-").FullName;
        try
        {
            using var backend = new OciBackend(TimeProvider.System);
            var root = Skeleton(folder);
            var bundle = await BundleAsync(backend, folder, root);
            var bare = new Figures("crun run, bare");
            var engine = new Figures("the engine");
            for (var round = -5; round < Rounds; round++)
            {
                var floor = Command.Time(folder, "crun", "--cgroup-manager=disabled", "run", "--bundle", bundle, $"bench-{Environment.ProcessId}-{round + 5}");
                var ours = await OnceAsync(backend, folder, root, round);
                if (round < 0) continue;
                bare.Add(floor);
                engine.Add(ours);
            }

            bare.Print(null);
            engine.Print(bare, 1.5);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<TimeSpan> OnceAsync(OciBackend backend, string folder, string root, int round)
    {
        var request = Request(folder, root, $"bench-{round + 5}", ["/bin/true"]);
        var clock = Stopwatch.StartNew();
        var result = await backend.StartAsync(request, CancellationToken.None);
        if (result.Instance is null) throw new InvalidOperationException(result.Failure!.Message);
        await using (result.Instance)
        {
            var outcome = await result.Instance.WaitAsync(CancellationToken.None);
            if (outcome.ExitCode != 0) throw new InvalidOperationException(outcome.Message);
        }

        return clock.Elapsed;
    }

    // The configuration of a living box, on a root that is one plain directory: what is left out is the stacking, which is ours to pay for.
    public static async Task<string> BundleAsync(OciBackend backend, string folder, string root)
    {
        var request = Request(folder, root, "bench-model", ["/bin/sleep", "60"]);
        var result = await backend.StartAsync(request, CancellationToken.None);
        var bundle = Directory.CreateDirectory(Path.Combine(folder, "bundle")).FullName;
        await using (result.Instance!)
        {
            // The runtime keeps a copy of its own, further down.
            var written = new[] { request.StateDirectory, $"/run/glovebox/boxes/{request.Id}", $"/dev/shm/glovebox-boxes/{request.Id}" }.Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "config.json", SearchOption.AllDirectories)).MinBy(path => path.Length)!;
            var text = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(written))!;
            text["root"]!["path"] = Complete(folder);
            text["process"]!["args"] = new System.Text.Json.Nodes.JsonArray([.. text["process"]!["args"]!.AsArray().Select(a => (string)a! == "/bin/sleep" ? "/bin/true" : (string)a!).Where(a => a != "60").Select(a => (System.Text.Json.Nodes.JsonNode)a)]);
            await File.WriteAllTextAsync(Path.Combine(bundle, "config.json"), text.ToJsonString());
        }

        return bundle;
    }

    public static string Skeleton(string folder) => Fill(Path.Combine(folder, "root"));

    // The engine makes missing mount points by itself; bare crun needs them in the directory.
    private static string Complete(string folder)
    {
        var root = Fill(Path.Combine(folder, "complete"));
        foreach (var name in new[] { "proc", "sys", "dev", "tmp", "run" }) Directory.CreateDirectory(Path.Combine(root, name));
        return root;
    }

    private static string Fill(string root)
    {
        Directory.CreateDirectory(Path.Combine(root, "usr"));
        foreach (var name in new[] { "bin", "sbin", "lib", "lib64" }) File.CreateSymbolicLink(Path.Combine(root, name), "usr/" + name);
        return root;
    }

    private static ExecutionRequest Request(string folder, string root, string id, string[] command)
    {
        var state = Directory.CreateDirectory(Path.Combine(folder, "state", id)).FullName;
        return new ExecutionRequest
        {
            Id = id,
            StateDirectory = state,
            Root = new RootFileSystem([root]),
            Mounts = [new BindMount("/usr", "/usr", ReadOnly: true)],
            Command = command,
            Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" },
            WorkingDirectory = "/",
            Streams = new ExecutionStreams(Path.Combine(folder, id + ".log")),
        };
    }
}
