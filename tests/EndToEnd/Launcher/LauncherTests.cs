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

    [Fact]
    public async Task Help_shows_examples_and_exit_codes()
    {
        var help = (await RunAsync("run", "--help")).Exits(0).Output;

        Assert.Contains("glovebox run train.py", help, StringComparison.Ordinal);
        Assert.Contains("--network", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_verb_is_refused_with_the_nearest() =>
        Assert.Contains("run", (await RunAsync("rnu")).Exits(2).Error, StringComparison.Ordinal);
}
