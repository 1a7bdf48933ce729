using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Launcher;

/// <summary><c>./glovebox</c> itself.</summary>
public sealed class LauncherTests : Place
{
    [Fact]
    public async Task It_works_through_links_from_anywhere()
    {
        var link = Path.Combine(Elsewhere, "gb");
        File.CreateSymbolicLink(link, Product.Launcher);
        File.CreateSymbolicLink(link + "2", "gb");
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(link + "2", ["--version"])
        {
            WorkingDirectory = "/", UseShellExecute = false, RedirectStandardOutput = true,
        })!;

        Assert.StartsWith("glovebox ", await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_writes_to_its_home_and_the_project_alone()
    {
        Write("w.sh", "echo x > out");
        var marker = Path.Combine(Elsewhere, "user");
        Directory.CreateDirectory(marker);

        (await Glovebox.RunAsync(Project, ["run", "w.sh"], variables: new() { ["HOME"] = marker, ["TMPDIR"] = marker })).Exits(0);

        Assert.Empty(Directory.EnumerateFileSystemEntries(marker));
    }

    /// <summary>As the first process of a container, where .NET would take the ends of children that are not its own.</summary>
    [Fact]
    public async Task It_runs_as_process_1()
    {
        Write("w.sh", "echo hello");
        using var git = System.Diagnostics.Process.Start("git", ["init", "-q", Project]);
        await git.WaitForExitAsync(TestContext.Current.CancellationToken);
        var start = new System.Diagnostics.ProcessStartInfo(
            "unshare", ["--pid", "--fork", "--kill-child", "--mount-proc", Product.Launcher, "run", "-q", "w.sh"])
        {
            WorkingDirectory = Project, UseShellExecute = false, RedirectStandardOutput = true,
        };
        start.Environment["GLOVEBOX_HOME"] = Glovebox.Home;

        for (var i = 0; i < 5; i++)
        {
            using var process = System.Diagnostics.Process.Start(start)!;
            Assert.Equal("hello\n", await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, process.ExitCode);
        }
    }

    [Fact]
    public async Task Help_shows_examples_and_exit_codes()
    {
        var help = (await RunAsync("run", "--help")).Exits(0).Output;

        Assert.Contains("glovebox run train.py", help, StringComparison.Ordinal);
        Assert.Contains("--network", help, StringComparison.Ordinal);
    }

    /// <summary>In a fresh clone with a home of its own: what is committed, and nothing else.</summary>
    [Fact]
    public async Task What_the_readme_shows_works_line_by_line()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("GLOVEBOX_TEST_LONG") is null, "builds the product and an environment anew: ./test --long");
        var clone = Path.Combine(Elsewhere, "clone");
        using (var git = System.Diagnostics.Process.Start("git", ["clone", "-q", "--no-hardlinks", Product.Repository, clone]))
            await git.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var reader = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("bash", ["tests/EndToEnd/Launcher/readme.sh"])
        {
            WorkingDirectory = clone, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["GLOVEBOX_HOME"] = Path.Combine(Elsewhere, "home") },
        })!;
        var errors = reader.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await reader.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.True(said.EndsWith("\nREADME.md is true\n", StringComparison.Ordinal), said + await errors);
    }

    [Fact]
    public async Task An_unknown_verb_is_refused_with_the_nearest() =>
        Assert.Contains("run", (await RunAsync("rnu")).Exits(2).Error, StringComparison.Ordinal);
}
