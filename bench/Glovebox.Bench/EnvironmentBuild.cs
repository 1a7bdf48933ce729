namespace Glovebox.Bench;

/// <summary>Building an environment, beside <c>mmdebstrap</c> with the same packages.</summary>
internal static class EnvironmentBuild
{
    private const string Package = "python3-minimal";

    public static Task TakeAsync(string repository)
    {
        Console.WriteLine($"environment debian:bookworm with {Package}:");
        var folder = Directory.CreateTempSubdirectory("glovebox-bench-").FullName;
        try
        {
            var floor = new Figures("mmdebstrap alone, to a tar");
            floor.Add(Command.Time(folder, "mmdebstrap", "--quiet", "--variant=minbase", "--include=" + Package, "bookworm", Path.Combine(folder, "floor.tar")));
            File.WriteAllText(Path.Combine(folder, "glovebox.yaml"), $"environments:\n  e:\n    base: debian:bookworm\n    apt: [{Package}]\n");
            Environment.CurrentDirectory = folder;
            var home = Path.Combine(folder, "home");
            var launcher = Path.Combine(repository, "glovebox");
            var first = new Figures("glovebox env build, from nothing");
            first.Add(Command.Time(home, launcher, "env", "build"));
            var again = new Figures("glovebox env build, nothing to do");
            again.Add(Command.Time(home, launcher, "env", "build"));
            foreach (var figures in new[] { floor, first, again }) figures.Print(figures == floor ? null : floor);
        }
        finally
        {
            Environment.CurrentDirectory = "/";
            Directory.Delete(folder, recursive: true);
        }

        return Task.CompletedTask;
    }
}
