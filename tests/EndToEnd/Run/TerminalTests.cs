using System.Diagnostics;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Run;

/// <summary><c>-t</c>, under script(1), which gives the launcher a terminal.</summary>
public sealed class TerminalTests : Place
{
    [Fact]
    public async Task The_command_has_a_terminal_and_hears_what_is_typed()
    {
        using var script = Start($"{Product.Launcher} run -q -t -- sh -c 'tty; read x; echo got $x; exit 7'");
        await script.StandardInput.WriteLineAsync("hello");
        script.StandardInput.Close();

        var shown = await script.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Contains("/dev/", shown, StringComparison.Ordinal);
        Assert.Contains("got hello", shown, StringComparison.Ordinal);
        Assert.Equal(7, script.ExitCode);
    }

    [Fact]
    public async Task Without_one_it_is_refused() =>
        Assert.Contains("terminal", (await RunAsync("run", "-t", "--", "true")).Exits(2).Error, StringComparison.Ordinal);

    private Process Start(string command)
    {
        var start = new ProcessStartInfo("script", ["--quiet", "--return", "--command", command, "/dev/null"])
        {
            WorkingDirectory = Project, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        start.Environment["GLOVEBOX_HOME"] = Glovebox.Home;
        return Process.Start(start)!;
    }
}
