using System.Diagnostics;

namespace Glovebox.Tests.Conformance.Oci;

/// <summary>Boxes that read what their engine's process reads.</summary>
public sealed class InputTests
{
    private static readonly string Host = Path.Combine(AppContext.BaseDirectory, "EngineHost");

    [Fact]
    public async Task The_command_reads_the_engines_own_input()
    {
        var (output, code) = await RunAsync(Host, ["input", "read a; read b; echo \"<$b$a>\"; exit 5"], "one\ntwo\n");
        Assert.Equal("<twoone>\n", output);
        Assert.Equal(5, code);
    }

    [Fact]
    public async Task A_box_with_a_terminal_has_one()
    {
        // script(1) is a terminal for what it starts.
        var command = $"'{Host}' terminal 'test -t 0 && test -t 1 && test -t 2 && stty size > /tmp/size && echo yes; exit 6'";
        var (output, code) = await RunAsync("script", ["-qec", command, "/dev/null"], null);
        Assert.Contains("yes", output);
        Assert.Equal(6, code);
    }

    [Fact]
    public async Task A_terminal_is_refused_where_there_is_none()
    {
        var (output, code) = await RunAsync(Host, ["terminal", "true"], "");
        Assert.Contains("terminal", output);
        Assert.Equal(125, code);
    }

    private static async Task<(string Output, int Code)> RunAsync(string program, string[] arguments, string? input)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        // Left open where there is none to give: script ends with its input.
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (output, process.ExitCode);
    }
}
