using Glovebox.Garbage;
using Glovebox.Home;

namespace Glovebox.Tests.Garbage;

public sealed class SweepCollectorTests : IDisposable
{
    private readonly GloveboxHome _home = new(Directory.CreateTempSubdirectory("glovebox-gc-").FullName);

    public void Dispose() => Directory.Delete(_home.Root, recursive: true);

    [Fact]
    public void A_plan_goes_with_the_last_run_of_its_sweep()
    {
        var (kept, left) = (Plan("aaaa00000001"), Plan("bbbb00000002"));
        var needed = new Kept();
        needed.Sweeps.Add("aaaa00000001");

        Free(new SweepCollector(_home).Find(needed, CancellationToken.None));

        Assert.True(File.Exists(kept));
        Assert.False(File.Exists(left));
    }

    [Fact]
    public void Tools_of_other_versions_go_once_nothing_runs()
    {
        var old = Path.Combine(_home.BoxTools, "0123456789abcdef");
        Directory.CreateDirectory(Path.Combine(old, "bin"));
        var busy = new Kept();
        busy.OpenRuns.Add("cccc00000003");

        Free(new BoxToolCollector(_home).Find(busy, CancellationToken.None));
        Assert.True(Directory.Exists(old));

        Free(new BoxToolCollector(_home).Find(new Kept(), CancellationToken.None));
        Assert.False(Directory.Exists(old));
    }

    private static void Free(IEnumerable<Freeable> found)
    {
        foreach (var thing in found) thing.Free();
    }

    private string Plan(string id)
    {
        Directory.CreateDirectory(_home.Sweeps);
        var path = Path.Combine(_home.Sweeps, id + ".json");
        File.WriteAllText(path, "{}");
        return path;
    }
}
