using System.Diagnostics;
using System.Text.Json.Nodes;
using Glovebox.Api.Execution;
using Glovebox.Api.Experiments;
using Glovebox.Api.Runs;
using Glovebox.Blobs;
using Glovebox.Experiments;
using Glovebox.Home;
using Glovebox.Runs;
using Glovebox.Snapshots;
using Glovebox.Storage.Sqlite;
using Glovebox.Storage.Sqlite.Runs;

namespace Glovebox.Bench;

/// <summary>Lists, searches, comparisons and plots with 100,000 recorded runs: through the feature in this process, and as whole processes.</summary>
internal static class RunHistory
{
    private const int Runs = 100_000, Rounds = 5;

    private static readonly string[] Searches =
    [
        "metrics.accuracy>0.5", "metrics.accuracy>0.9999", "metrics.accuracy>2", "metrics.accuracy>0.9 and params.C<0.1", "metrics.accuracy>0.1 and params.C>2",
        "params.optimizer=adam and not params.lr<0.5", "tag=night", "tag=none", "sweep=000000000777", "message~'run 77777'", "durationSeconds>1e6",
        "git.branch=none", "exitCode=3",
    ];

    public static async Task TakeAsync(string repository)
    {
        Console.WriteLine($"with {Runs:#,0} recorded runs of four metrics and parameters each (budget: comparing and searching in 200 ms):");
        var place = Directory.CreateTempSubdirectory("glovebox-bench-").FullName;
        try
        {
            var home = new GloveboxHome(place);
            await SeedAsync(home);
            Console.WriteLine($"  database: {new FileInfo(home.Database).Length >> 20} MiB");
            await InProcessAsync(home);
            WholeProcess(place, Path.Combine(repository, "glovebox"));
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    /// <summary>Through the store itself, in memory and then copied: only the waiting for the disk is left out.</summary>
    private static async Task SeedAsync(GloveboxHome home)
    {
        var memory = Directory.Exists("/dev/shm") ? Directory.CreateDirectory($"/dev/shm/glovebox-bench-{Environment.ProcessId}").FullName : home.Root;
        var path = Path.Combine(memory, "seed.db");
        var store = new SqliteRunStore(new SqliteDatabase(path));
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Runs; i++) await store.KeepAsync(Sample(i), CancellationToken.None);
        Console.WriteLine($"  seeded: {Runs / clock.Elapsed.TotalSeconds:#,0} /s, without waiting for a disk");
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        File.Move(path, home.Database);
        if (memory != home.Root) Directory.Delete(memory, recursive: true);
    }

    private static Run Sample(int i)
    {
        var random = new Random(i);
        return new Run
        {
            Id = $"{Convert.ToHexStringLower(BitConverter.GetBytes(random.Next())),8}{i & 0xFFFF:x4}",
            Status = i % 10 == 0 ? ExecutionState.Failed : ExecutionState.Succeeded,
            ExitCode = i % 10 == 0 ? 1 : 0,
            Command = ["train.py", "--lr", "{lr}"],
            Argv = ["python3", "train.py", "--lr", "0.1"],
            Params = new JsonObject { ["lr"] = random.NextDouble(), ["C"] = random.NextDouble(), ["seed"] = i, ["optimizer"] = i % 2 == 0 ? "adam" : "sgd" },
            Config = new JsonObject { ["estimator"] = "SVC", ["SVC.gamma"] = "scale" },
            Metrics = new JsonObject
            {
                ["accuracy"] = random.NextDouble(), ["loss"] = random.NextDouble(), ["val.loss"] = random.NextDouble(), ["epoch"] = i % 50,
            },
            Environment = new RunEnvironment("train", "sha256:" + new string('1', 64)),
            Image = "sha256:" + new string('2', 64),
            Backend = "oci",
            Project = $"/home/ana/project{i % 7}",
            Tree = new string('3', 64),
            TreeAfter = new string('4', 64),
            StartedAt = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000 + (60L * i)),
            DurationSeconds = 1 + random.NextDouble(),
            Usage = new ResourceUsage(1.5, 100 << 20),
            Outputs = [new RunOutput("model.pkl", "added", "file", 5000, new string('5', 64)), new RunOutput("metrics.json", "added", "file", 52, new string('6', 64))],
            Git = new RunGit(new string('7', 40), "main", i % 3 == 0),
            Host = new RunHost("host", "6.1.0", "x64", "A CPU of some maker", 8, 16L << 30, []),
            Message = $"run {i}",
            Tags = [i % 7 == 0 ? "night" : "day"],
            Sweep = $"{i / 20:000000000000}",
        };
    }

    private static async Task InProcessAsync(GloveboxHome home)
    {
        var blobs = new FolderBlobStore(home.Blobs);
        var trees = new Trees(blobs, home, TimeProvider.System);
        var runs = new RunsFeature(
            home, new SqliteRunStore(new SqliteDatabase(home.Database)), trees, blobs, null!, null!, [], new RunSettings([]), TimeProvider.System);
        var experiments = new ExperimentsFeature(home, runs, trees, blobs, null!, TimeProvider.System);
        await TimeAsync("runs ls -n 50", () => runs.ListAsync(new RunFilter(Limit: 50), default));
        await TimeAsync("runs show PART", () => runs.ListAsync(new RunFilter(Where: $"id='{Sample(777).Id}'"), default));
        foreach (var search in Searches) await TimeAsync($"runs ls -n 50 --where '{search}'", () => runs.ListAsync(new RunFilter(Where: search, Limit: 50), default));
        await TimeAsync("runs compare --last 20", () => experiments.CompareAsync(new CompareRequest(new RunSelection([], 20), "metrics.accuracy", true), default));
        var sweep = new RunSelection([], Where: "sweep=000000000777");
        await TimeAsync("runs compare --where sweep=ID", () => experiments.CompareAsync(new CompareRequest(sweep, "metrics.accuracy", true), default));
        await TimeAsync("runs best accuracy", () => experiments.BestAsync("accuracy", lowest: false, new RunSelection([]), default));
        await TimeAsync("runs best loss --min --where tag=night", () => experiments.BestAsync("loss", lowest: true, new RunSelection([], Where: "tag=night"), default));
        await TimeAsync("runs plot accuracy --against params.C --last 100", () =>
            experiments.PlotAsync(new PlotRequest("accuracy", new RunSelection([], 100), "params.C", PlotFormat.Svg), default));
    }

    private static async Task TimeAsync(string name, Func<Task> work)
    {
        var figures = new Figures(name);
        for (var round = -1; round < Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            await work();
            if (round >= 0) figures.Add(clock.Elapsed);
        }

        figures.Print(null);
    }

    private static void WholeProcess(string home, string glovebox)
    {
        string[][] lines =
        [
            ["--version"], ["runs", "ls"], ["runs", "ls", "--where", "metrics.accuracy>2"], ["runs", "compare", "--last", "20", "--sort", "metrics.accuracy"],
            ["runs", "best", "accuracy"], ["runs", "plot", "accuracy", "--against", "params.C", "--last", "100"],
        ];
        foreach (var line in lines)
        {
            var figures = new Figures("glovebox " + string.Join(' ', line));
            for (var round = -1; round < Rounds; round++)
            {
                var time = Command.Time(home, glovebox, line);
                if (round >= 0) figures.Add(time);
            }

            figures.Print(null);
        }
    }
}
