using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Run;

/// <summary>What of the command's own reaches the caller, and how the command is found.</summary>
public sealed class CommandTests : Place
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(42)]
    [InlineData(255)]
    public async Task The_exit_code_is_the_commands_own(int code) => (await RunAsync("run", "sh", "-c", $"exit {code}")).Exits(code);

    [Fact]
    public async Task Both_streams_are_the_commands_own_byte_for_byte()
    {
        Write("bytes.py", "import sys; sys.stdout.buffer.write(b'\\xff\\x00no line feed'); sys.stderr.buffer.write(b'err\\xfe\\r\\n')");

        var ended = (await RunAsync("run", "-q", "bytes.py")).Exits(0);

        Assert.Equal([0xff, 0x00, .. Bytes("no line feed")], ended.OutputBytes);
        Assert.Equal([.. Bytes("err"), 0xfe, (byte)'\r', (byte)'\n'], ended.ErrorBytes);
    }

    [Fact]
    public async Task Standard_input_passes_through()
    {
        var ended = await Glovebox.RunAsync(Project, ["run", "sh", "-c", "tr a-z A-Z"], Bytes("hello\n"));

        Assert.Equal("HELLO\n", ended.Exits(0).Output);
    }

    [Fact]
    public async Task Output_comes_while_the_command_runs()
    {
        using var process = Glovebox.Start(Project, ["run", "sh", "-c", "echo first; read line; echo got $line"]);

        Assert.Equal("first", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await process.StandardInput.WriteLineAsync("x");
        process.StandardInput.Close();

        Assert.Equal("got x", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Options_after_the_command_are_the_commands()
    {
        Write("args.py", "import sys; print(sys.argv[1:])");

        var ended = await RunAsync("run", "-m", "a message", "args.py", "--lr", "0.1", "-m", "x", "--", "-e");

        Assert.Equal("['--lr', '0.1', '-m', 'x', '--', '-e']\n", ended.Exits(0).Output);
    }

    [Fact]
    public async Task A_name_with_anything_in_it_is_one_word()
    {
        Write("odd 'name' \"x\"\n$(touch pwned).sh", "echo \"$1\"");

        var ended = await RunAsync("run", "odd 'name' \"x\"\n$(touch pwned).sh", "a  b\n`c`");

        Assert.Equal("a  b\n`c`\n", ended.Exits(0).Output);
        Assert.False(Has("pwned"));
    }

    [Fact]
    public async Task A_script_with_a_name_of_255_bytes_runs()
    {
        var name = new string('n', 252) + ".sh";
        Write(name, "echo long");

        Assert.Equal("long\n", (await RunAsync("run", name)).Exits(0).Output);
    }

    [Fact]
    public async Task An_executable_of_the_project_runs_by_itself()
    {
        Write("glovebox.yaml", "project: p\n");
        var path = Write("bin/tool", "#!/bin/sh\necho tool \"$0\"\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.Equal("tool bin/tool\n", (await RunAsync("run", "bin/tool")).Exits(0).Output);
    }

    [Fact]
    public async Task A_file_that_is_not_executable_is_126_and_says_so()
    {
        Write("glovebox.yaml", "project: p\n");
        Write("bin/tool", "#!/bin/sh\n");

        var ended = (await RunAsync("run", "bin/tool")).Exits(126);

        Assert.Contains("bin/tool", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_127_and_recorded_as_start()
    {
        var ended = (await RunAsync("run", "no-such-program")).Exits(127);

        Assert.Contains("no-such-program", ended.Error, StringComparison.Ordinal);
        var run = (await RunAsync("runs", "ls", "--json")).Json[0]!;
        Assert.Equal("failed", (string?)run["status"]);
        Assert.Equal("start", (string?)run["failureClass"]);
    }

    [Fact]
    public async Task A_missing_script_is_refused_with_its_nearest_neighbour()
    {
        Write("train.py", "");

        var ended = (await RunAsync("run", "trian.py")).Exits(3);

        Assert.Contains("trian.py", ended.Error, StringComparison.Ordinal);
        Assert.Contains("did you mean 'train.py'", ended.Error, StringComparison.Ordinal);
        Assert.Empty((await RunAsync("runs", "ls", "--json")).Json.AsArray());
    }

    [Fact]
    public async Task A_command_killed_by_its_own_signal_ends_as_a_shell_says() =>
        (await RunAsync("run", "sh", "-c", "kill -9 $$")).Exits(137);

    [Fact]
    public async Task The_tree_is_the_scripts_project_wherever_the_user_stands()
    {
        Write("glovebox.yaml", "project: p\n");
        Write("deep/er/where.sh", "pwd; ls");

        var ended = await Glovebox.RunAsync(Elsewhere, ["run", Path.Combine(Project, "deep/er/where.sh")]);

        Assert.Equal("/work\ndeep\nglovebox.yaml\n", ended.Exits(0).Output);
    }

    [Fact]
    public async Task The_command_starts_where_the_user_stands_in_the_project()
    {
        Write("glovebox.yaml", "project: p\n");
        Write("sub/where.sh", "pwd");

        Assert.Equal("/work/sub\n", (await Glovebox.RunAsync(Path.Combine(Project, "sub"), ["run", "where.sh"])).Exits(0).Output);
    }
}
