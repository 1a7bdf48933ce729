using System.Security.Cryptography;
using Glovebox.Api.Snapshots;
using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Images.Layers;
using Glovebox.Snapshots;
using Glovebox.Storage.Sqlite;
using Glovebox.Storage.Sqlite.Snapshots;

namespace Glovebox.Bench;

/// <summary>
/// 20,000 small files in 200 folders and five of 200 MB (GLOVEBOX_BENCH_FILES=N: only N small files of 3 KB): the first snapshot, an unchanged
/// one, ten files changed, checkout and status, beside cp -a, a bare walk, hashing on all processors, git, restic and borg.
/// </summary>
internal static class Snapshots
{
    private const int Repeats = 3, SmallBytes = 3072, LargeBytes = 200 << 20;

    public static async Task TakeAsync(string repository)
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("GLOVEBOX_BENCH_FILES"), out var given) ? given : 20_000;
        var place = Directory.CreateTempSubdirectory("glovebox-bench-").FullName;
        try
        {
            Console.WriteLine($"snapshots of {count} files of 3 KB{(given == 0 ? " and five of 200 MB" : "")}");
            var project = Path.Combine(place, "project");
            Make(project, count, given == 0 ? 5 : 0);
            await TakeAsync(place, project, Path.Combine(repository, "glovebox"), large: given == 0);
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    /// <param name="large">Whether the five large files are there.</param>
    private static async Task TakeAsync(string place, string project, string glovebox, bool large)
    {
        Figures copy = new("cp -a"), walk = new("bare walk (find, each file looked at)"), hash = new("hashing every byte on all processors");
        for (var i = 0; i < Repeats; i++)
        {
            copy.Add(Command.Time(place, "cp", "-a", project, Path.Combine(place, "copy")));
            Directory.Delete(Path.Combine(place, "copy"), recursive: true);
            walk.Add(Command.Time(place, "find", project, "-newer", "/dev/null"));
            hash.Add(Time(() => Hash(project)));
        }

        foreach (var floor in new[] { copy, walk, hash }) floor.Print(null);
        Figures first = new("first snapshot"), unchanged = new("unchanged snapshot"), changed = new("ten files changed"), status = new("status");
        Figures checkout = new("checkout --to"), process = new("glovebox status, whole process");
        for (var i = 0; i < Repeats; i++)
        {
            var home = Path.Combine(place, $"home{i}");
            var snapshots = Open(home);
            var id = "";
            first.Add(Time(() => id = Create(snapshots, project)));
            unchanged.Add(Time(() => Create(snapshots, project)));
            status.Add(Time(() => snapshots.StatusAsync(project, CancellationToken.None).GetAwaiter().GetResult()));
            for (var again = 0; again < Repeats; again++) process.Add(Command.Time(home, "sh", "-c", $"cd {project} && {glovebox} status"));
            Change(project, i);
            changed.Add(Time(() => Create(snapshots, project)));
            var to = Path.Combine(place, "to");
            checkout.Add(Time(() => snapshots.CheckoutAsync(new CheckoutRequest(id, project, to, false, false), CancellationToken.None).GetAwaiter().GetResult()));
            Directory.Delete(to, recursive: true);
            if (i > 0) Directory.Delete(home, recursive: true);
        }

        first.Print(copy, 1.5);
        unchanged.Print(walk, 1.5);
        changed.Print(walk);
        status.Print(walk);
        checkout.Print(copy, 1.5);
        process.Print(walk);
        if (!large)
            Console.WriteLine($"  in seconds: first {first.Median / 1000:0.0} (600,000 files: budget 60), unchanged {unchanged.Median / 1000:0.0} (budget 5)");
        Console.WriteLine($"  store of one snapshot on disk: {DiskKilobytes(new GloveboxHome(Path.Combine(place, "home0")).Blobs)} KiB");
        Peers(place, project, copy, process);
        await Task.CompletedTask;
    }

    private static void Peers(string place, string project, Figures copy, Figures status)
    {
        var git = $"git -C {project} -c user.name=b -c user.email=b@b";
        One("git add and commit", copy, place, $"git init -q {project} && {git} add -A && {git} commit -qm b");
        var gits = new Figures("git status");
        for (var i = 0; i < 3 * Repeats; i++) gits.Add(Command.Time(place, "sh", "-c", $"{git} status"));
        gits.Print(copy);
        status.Print(gits, 1);
        Console.WriteLine($"  git's store on disk: {DiskKilobytes(Path.Combine(project, ".git"))} KiB");
        Directory.Delete(Path.Combine(project, ".git"), recursive: true);
        if (Command.Exists("restic"))
        {
            var restic = $"RESTIC_PASSWORD=b restic -q --cache-dir {place}/rc -r {place}/restic";
            Command.Time(place, "sh", "-c", $"{restic} init");
            One("restic backup, first", copy, place, $"{restic} backup {project}");
            One("restic backup, unchanged", copy, place, $"{restic} backup {project}");
            One("restic restore", copy, place, $"{restic} restore latest --target {place}/rr");
            Console.WriteLine($"  restic's store on disk: {DiskKilobytes(Path.Combine(place, "restic"))} KiB");
        }
        else Console.WriteLine("  restic: not installed, skipped");

        if (Command.Exists("borg"))
        {
            var borg = $"BORG_BASE_DIR={place}/bb borg";
            Command.Time(place, "sh", "-c", $"{borg} init -e none {place}/borg");
            One("borg create, first", copy, place, $"{borg} create {place}/borg::a {project}");
            One("borg create, unchanged", copy, place, $"{borg} create {place}/borg::b {project}");
            Console.WriteLine($"  borg's store on disk: {DiskKilobytes(Path.Combine(place, "borg"))} KiB");
        }
        else Console.WriteLine("  borg: not installed, skipped");
    }

    private static void One(string name, Figures floor, string place, string script)
    {
        var figures = new Figures(name);
        figures.Add(Command.Time(place, "sh", "-c", script));
        figures.Print(floor);
    }

    private static SnapshotsFeature Open(string folder)
    {
        var home = new GloveboxHome(folder);
        Directory.CreateDirectory(home.Root);
        var blobs = new FolderBlobStore(home.Blobs);
        var pins = new EnvironmentPins(new EnvironmentStore(home), new ImageStore(home, new LayerStore(home)));
        return new SnapshotsFeature(
            home, new SqliteSnapshotStore(new SqliteDatabase(home.Database)), new Trees(blobs, home, TimeProvider.System), blobs, pins,
            () => throw new NotSupportedException("nothing is run here"), TimeProvider.System);
    }

    private static string Create(SnapshotsFeature snapshots, string project) =>
        snapshots.CreateAsync(new SnapshotRequest { Directory = project, Message = "b" }, CancellationToken.None).GetAwaiter().GetResult().Snapshot.Id;

    private static void Make(string project, int small, int large)
    {
        var random = new Random(1);
        var bytes = new byte[SmallBytes];
        for (var i = 0; i < small; i++)
        {
            var folder = Path.Combine(project, $"d{i % 200}");
            if (i < 200) Directory.CreateDirectory(folder);
            random.NextBytes(bytes);
            File.WriteAllBytes(Path.Combine(folder, $"f{i}"), bytes);
        }

        File.WriteAllText(Path.Combine(project, "glovebox.yaml"), "");
        var block = new byte[1 << 20];
        for (var i = 0; i < large; i++)
        {
            using var file = File.Create(Path.Combine(project, $"large{i}"));
            for (var at = 0; at < LargeBytes; at += block.Length)
            {
                random.NextBytes(block);
                file.Write(block);
            }
        }
    }

    private static void Change(string project, int round)
    {
        for (var i = 0; i < 10; i++) File.WriteAllText(Path.Combine(project, $"d{i}", $"f{i}"), $"round {round}, file {i}");
    }

    private static void Hash(string project) => Parallel.ForEach(Directory.EnumerateFiles(project, "*", SearchOption.AllDirectories), path =>
    {
        using var file = File.OpenRead(path);
        SHA256.HashData(file);
    });

    private static TimeSpan Time(Action work)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        work();
        return clock.Elapsed;
    }

    private static long DiskKilobytes(string path)
    {
        using var du = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("du", ["-sk", path]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        return long.Parse(du.StandardOutput.ReadToEnd().Split('\t')[0]);
    }
}
