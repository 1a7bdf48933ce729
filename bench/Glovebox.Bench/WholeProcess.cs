namespace Glovebox.Bench;

/// <summary><c>glovebox run -- true</c> as a shell sees it, beside its peers where they are installed.</summary>
internal static class WholeProcess
{
    private const int Rounds = 30;

    public static Task TakeAsync(string repository)
    {
        Console.WriteLine("whole process, nothing to build (budget: glovebox run -- true in 150 ms):");
        var folder = Directory.CreateTempSubdirectory("glovebox-bench-").FullName;
        var launcher = Path.Combine(repository, "glovebox");
        var image = Podman.ImportBusybox(folder);
        (Figures Figures, Func<TimeSpan> Once)[] sides =
        [
            (new Figures("true, bare"), () => Command.Time(folder, "/bin/true")),
            (new Figures("glovebox --version"), () => Command.Time(folder, launcher, "--version")),
            (new Figures("glovebox run -q -- true"), () => Command.Time(folder, launcher, "run", "-q", "--", "true")),
            .. image is null ? [] : new (Figures, Func<TimeSpan>)[] { (new Figures("podman run --rm"), () => Podman.Run(folder, image)) },
        ];
        try
        {
            Environment.CurrentDirectory = Directory.CreateDirectory(Path.Combine(folder, "project")).FullName;
            for (var round = -3; round < Rounds; round++)
                foreach (var (figures, once) in sides)
                {
                    var time = once();
                    if (round >= 0) figures.Add(time);
                }

            foreach (var (figures, _) in sides) figures.Print(figures == sides[2].Figures ? null : sides[2].Figures);
        }
        finally
        {
            Environment.CurrentDirectory = "/";
            Podman.Remove(folder, image);
            Directory.Delete(folder, recursive: true);
        }

        return Task.CompletedTask;
    }
}
