using System.Diagnostics;
using System.Text;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Run;

/// <summary>The launcher in the hands of a user who is not root: boxes in user namespaces.</summary>
public sealed class OrdinaryUserTests : Place
{
    private const int Nobody = 65534;

    [Fact]
    public async Task A_run_is_recorded_and_applied()
    {
        Write("a.sh", "cat /proc/self/uid_map; echo x > out; ls /root /home");

        var (code, output, error) = await AsUserAsync("run", "a.sh");

        Assert.True(code == 0, error);
        Assert.Contains(Nobody.ToString(), output, StringComparison.Ordinal);
        Assert.Equal("x\n", Read("out"));
        var (_, listed, _) = await AsUserAsync("runs", "ls");
        Assert.Contains("a.sh", listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_that_cannot_be_kept_is_refused_with_its_reason()
    {
        var (code, _, error) = await AsUserAsync("run", "--memory", "1g", "--", "true");

        Assert.Equal(125, code);
        Assert.Contains("memory", error, StringComparison.Ordinal);
        Assert.Contains("root", error, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Error)> AsUserAsync(params string[] arguments)
    {
        if (!Environment.IsPrivilegedProcess) Assert.Skip("needs root, to become an ordinary user");
        using (var own = Process.Start("chown", ["-R", $"{Nobody}:{Nobody}", Path.GetDirectoryName(Project)!]))
            await own.WaitForExitAsync(TestContext.Current.CancellationToken);
        var user = $"--reuid={Nobody}";
        using (var probe = Process.Start("setpriv", [user, "--clear-groups", "test", "-x", Product.Launcher]))
        {
            await probe.WaitForExitAsync(TestContext.Current.CancellationToken);
            if (probe.ExitCode != 0) Assert.Skip($"an ordinary user cannot reach {Product.Repository}");
        }
        var start = new ProcessStartInfo("setpriv", [user, $"--regid={Nobody}", "--clear-groups", Product.Launcher, .. arguments])
        {
            WorkingDirectory = Project, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["GLOVEBOX_HOME"] = Glovebox.Home;
        start.Environment["HOME"] = Path.GetDirectoryName(Project);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }
}
