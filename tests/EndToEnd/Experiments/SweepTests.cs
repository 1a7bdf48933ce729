using System.Text.Json.Nodes;
using System.Xml.Linq;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Experiments;

/// <summary>Many runs together.</summary>
public sealed class SweepTests : Place
{
    private const string Train = """
        import glovebox, sys
        p = glovebox.params()
        if p["lr"] == 0.1: sys.exit(7)
        for i in range(5): glovebox.log(accuracy=p["lr"] * p["C"] * i, step=i)
        open("out.txt", "w").write(str(p))
        """;

    [Fact]
    public async Task A_sweep_runs_every_point_beside_the_tree_and_is_compared_drawn_and_resumed()
    {
        Write("train.py", Train);

        var sweep = (await RunAsync("sweep", "--json", "-e", "host", "-p", "lr=0.1,0.2", "-p", "C=log:0.01..1:3", "--jobs", "2", "train.py")).Exits(1).Json;

        Assert.Equal((6, 3, 3), ((int)sweep["total"]!, (int)sweep["succeeded"]!, (int)sweep["failed"]!));
        Assert.False(Has("out.txt"));
        var id = (string)sweep["id"]!;
        var best = (await RunAsync("runs", "best", "accuracy", "--json")).Exits(0).Json;
        Assert.Equal((1.0, 0.2), ((double)best["params"]!["C"]!, (double)best["params"]!["lr"]!));

        await ComparedAsync(id);
        await DrawnAsync(id);

        // Mended meanwhile; but a sweep goes on with the code that it began with.
        Write("train.py", "print(1)\n");
        var again = (await RunAsync("sweep", "--json", "--resume", id[2..8])).Exits(1).Json;
        Assert.Equal((3, 9), ((int)again["failed"]!, again["runs"]!.AsArray().Count));
    }

    private async Task ComparedAsync(string id)
    {
        string[] compare = ["runs", "compare", "--where", $"sweep={id}", "--sort", "metrics.accuracy", "--only-changed", "--format"];
        var rows = (await RunAsync([.. compare, "json"])).Exits(0).Json.AsArray();
        Assert.Equal(1.0, (double)rows[0]!["values"]!["params.C"]!);
        await File.WriteAllTextAsync(Path.Combine(Elsewhere, "c.csv"), (await RunAsync([.. compare, "csv"])).Exits(0).Output, TestContext.Current.CancellationToken);
        var read = await Foreign.RunAsync(Elsewhere, "python3", "-c", "import csv;r=list(csv.DictReader(open('c.csv',newline='')));print(len(r),r[0]['params.C'],'environment' in r[0])");
        Assert.Equal("6 1 False\n", read);
        Assert.StartsWith("| id |", (await RunAsync([.. compare, "markdown"])).Exits(0).Output, StringComparison.Ordinal);
        Assert.Contains("params.C", (await RunAsync([.. compare, "table"])).Exits(0).Output, StringComparison.Ordinal);
        Assert.Contains("metrics.accuracy", (await RunAsync("runs", "compare", "--sort", "metrics.acuracy")).Exits(2).Error, StringComparison.Ordinal);
    }

    private async Task DrawnAsync(string id)
    {
        string[] plot = ["runs", "plot", "accuracy", "--where", $"sweep={id}", "-o"];
        (await RunAsync([.. plot, "curves.svg"])).Exits(0);
        (await RunAsync([.. plot, "scatter.png", "--against", "params.C"])).Exits(0);
        Assert.Equal(3, XDocument.Parse(Read("curves.svg")).Descendants().Count(e => e.Name.LocalName == "polyline"));
        const string decode = """
            import struct, zlib
            data = open("scatter.png", "rb").read()
            assert data[:8] == b"\x89PNG\r\n\x1a\n"
            at, body = 8, b""
            while at < len(data):
                size, kind = struct.unpack(">I4s", data[at:at + 8])
                assert zlib.crc32(data[at + 4:at + 8 + size]) == struct.unpack(">I", data[at + 8 + size:at + 12 + size])[0]
                if kind == b"IHDR": width, height = struct.unpack(">II", data[at + 8:at + 16])
                if kind == b"IDAT": body += data[at + 8:at + 8 + size]
                at += 12 + size
            lines = zlib.decompress(body)
            assert len(lines) == height * (1 + 3 * width)
            print(b"\x1f\x6f\xb4" in lines)
            """;
        Assert.Equal("True\n", await Foreign.RunAsync(Project, "python3", "-c", decode));
    }

    [Fact]
    public async Task A_killed_sweep_goes_on_with_what_is_left()
    {
        // Only a secret differs between the attempts: everything else of a sweep is kept.
        Write("point.sh", "test $1 != 2 || test $GATE = open || sleep 600");
        using var sweep = Glovebox.Start(
            Project, ["sweep", "-e", "host", "--secret", "GATE", "-p", "n=1,2,3", "--", "sh", "point.sh", "{n}"], new() { ["GATE"] = "shut" });
        JsonArray runs;
        do runs = (await RunAsync("runs", "ls", "--json")).Json.AsArray();
        while (runs.Count < 2);
        sweep.Kill();
        await sweep.WaitForExitAsync(TestContext.Current.CancellationToken);
        var id = (string)runs[0]!["sweep"]!;

        (await RunAsync("sweep", "--resume", id)).Exits(2);
        var rest = (await Glovebox.RunAsync(Project, ["sweep", "--json", "--resume", id, "--secret", "GATE"], variables: new() { ["GATE"] = "open" })).Exits(0).Json;

        Assert.Equal((3, 3), ((int)rest["total"]!, (int)rest["succeeded"]!));
        Assert.Equal(4, rest["runs"]!.AsArray().Count);
        Assert.Equal("lost", (string?)rest["runs"]!.AsArray().Single(r => (int)r!["params"]!["n"]! == 2 && (string?)r["status"] != "succeeded")!["status"]);
    }

    [Fact]
    public async Task Points_run_four_at_a_time_one_cancelled_leaves_the_others_and_Ctrl_C_ends_them_all()
    {
        Write("point.sh", "test $GATE = open || sleep 600");
        string[] words = ["sweep", "-e", "host", "--secret", "GATE", "-p", "n=1..6", "--jobs", "4"];
        using var sweep = Glovebox.Start(Project, [.. words, "--", "sh", "point.sh"], new() { ["GATE"] = "shut" });
        var running = await RunningAsync(4);
        var cancelled = (await RunAsync("runs", "cancel", running[0], "--json")).Exits(0).Json;
        Assert.Equal("cancelled", (string?)cancelled["status"]);
        // Another point takes its place: five have begun, and four run.
        Assert.DoesNotContain(running[0], await RunningAsync(4));

        using (var kill = System.Diagnostics.Process.Start("kill", ["-INT", sweep.Id.ToString()])) await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        var error = await sweep.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await sweep.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(130, sweep.ExitCode);
        Assert.Contains("0 of 6 points succeeded", error, StringComparison.Ordinal);
        var runs = (await RunAsync("runs", "ls", "--json")).Json.AsArray();
        Assert.Equal(5, runs.Count);
        Assert.All(runs, run => Assert.Equal("cancelled", (string?)run!["status"]));
        // In the same words as before, with --resume; and once more, when nothing is left to be done.
        string[] again = [.. words, "--resume", "--json", "--", "sh", "point.sh"];
        foreach (var _ in new[] { 1, 2 })
        {
            var rest = (await Glovebox.RunAsync(Project, again, variables: new() { ["GATE"] = "open" })).Exits(0).Json;
            Assert.Equal((6, 6, 11), ((int)rest["total"]!, (int)rest["succeeded"]!, rest["runs"]!.AsArray().Count));
        }
    }

    private async Task<List<string>> RunningAsync(int count)
    {
        List<string> ids;
        do ids = [.. (await RunAsync("runs", "ls", "--status", "running", "--json")).Exits(0).Json.AsArray().Select(run => (string)run!["id"]!)];
        while (ids.Count < count);
        return ids;
    }

    [Fact]
    public async Task Points_by_chance_are_the_same_for_a_seed_and_a_forgotten_sweep_leaves_nothing()
    {
        string[] words = ["sweep", "--json", "-e", "host", "-p", "lr=log:1e-4..1", "-p", "depth=2..5", "--random", "3", "--seed", "7", "--", "true"];
        var first = (await RunAsync(words)).Exits(0).Json;
        var second = (await RunAsync(words)).Exits(0).Json;

        Assert.Equal(Points(first), Points(second));
        Assert.Equal(3, Points(first).Distinct().Count());
        Assert.All(first["runs"]!.AsArray(), run => Assert.InRange((double)run!["params"]!["lr"]!, 1e-4, 1));
        Assert.All(first["runs"]!.AsArray(), run => Assert.InRange((int)run!["params"]!["depth"]!, 2, 5));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(Glovebox.Home, "sweeps")).Length);
        (await RunAsync("gc", "--keep-runs", "3")).Exits(0);
        Assert.Equal($"{second["id"]}.json", Path.GetFileName(Assert.Single(Directory.GetFiles(Path.Combine(Glovebox.Home, "sweeps")))));
    }

    private static List<string> Points(JsonNode sweep) => [.. sweep["runs"]!.AsArray().Select(run => run!["params"]!.ToJsonString()).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task Bisect_names_the_parameter_the_file_and_the_place_in_it()
    {
        Write("train.py", "import glovebox\na = 1\n\n\n\n\n\n\n\nb = 1\nglovebox.log(accuracy=0.95 - 0.1 * (b == 2))\n");
        Write("other.py", "1\n");
        var good = await IdAsync("-p", "seed=1");
        Write("train.py", Read("train.py").Replace("a = 1", "a = 2", StringComparison.Ordinal).Replace("b = 1", "b = 2", StringComparison.Ordinal));
        Write("other.py", "2\n");
        var bad = await IdAsync("-p", "seed=2", "--set-env", "X=1");

        var result = (await RunAsync("bisect", "--json", good, bad, "--where", "metrics.accuracy>0.9")).Exits(0).Json;

        Assert.Equal(4, (int)result["differences"]!);
        var cause = Assert.Single(result["cause"]!.AsArray())!;
        Assert.Equal(("code", "train.py hunk 2"), ((string?)cause["kind"], (string?)cause["name"]));
        Assert.Contains("+b = 2", (string?)cause["patch"], StringComparison.Ordinal);
        var diff = (await RunAsync("runs", "diff", good, bad, "--json")).Exits(0).Json["sections"]!.AsArray().SelectMany(s => s!["items"]!.AsArray());
        Assert.Equal(-0.1, (double)diff.Single(i => (string?)i!["name"] == "metrics.accuracy")!["delta"]!, 9);
    }

    private async Task<string> IdAsync(params string[] options) =>
        (string)(await RunAsync(["run", "--json", "-e", "host", .. options, "train.py"])).Exits(0).Json["id"]!;
}
