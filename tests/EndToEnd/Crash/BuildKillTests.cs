using Glovebox.Tests.EndToEnd.Environments;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Crash;

/// <summary><c>kill -9</c> at many points of a build: the next build finishes the work and gives the same image.</summary>
public sealed class BuildKillTests : Place
{
    [Fact]
    public async Task A_build_killed_at_any_moment_is_built_again_to_the_same_image()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("GLOVEBOX_TEST_LONG") is null, "builds a Debian several times: ./test --long");
        Write("glovebox.yaml", BuiltHome.Spec);
        (await RunAsync("env", "lock")).Exits(0);
        var whole = new Product(Path.Combine(Elsewhere, "whole"));
        var expected = (string?)(await whole.RunAsync(Project, ["env", "build", "--json"])).Exits(0).Json["summary"]!["image"];
        foreach (var seconds in new[] { 1, 3, 6, 10, 15, 20, 30 })
        {
            using var process = Glovebox.Start(Project, ["env", "build"]);
            using var timer = new Timer(_ => Kill(process), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            (await RunAsync("env", "ls", "--json")).Exits(0);
        }

        Assert.Equal(expected, (string?)(await RunAsync("env", "build", "--json")).Exits(0).Json["summary"]!["image"]);
        Assert.All((await RunAsync("gc", "--json")).Exits(0).Json["kinds"]!.AsArray().Where(k => (string?)k!["kind"] is "layers" or "images"),
            k => Assert.Equal(0, (int)k!["count"]!));
    }

    private static void Kill(System.Diagnostics.Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It had ended already: there was nothing left to build.
        }
    }
}
