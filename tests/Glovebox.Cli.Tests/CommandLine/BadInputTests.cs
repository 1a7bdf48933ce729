namespace Glovebox.Cli.Tests.CommandLine;

/// <summary>A wrong command line ends with 2, says on standard error what is wrong and what was meant, and runs nothing.</summary>
public sealed class BadInputTests
{
    [Theory]
    [InlineData("rusn ls", "did you mean 'runs'?")]
    [InlineData("runs lst", "did you mean 'ls'?")]
    [InlineData("runs", "ls, show, logs")]
    [InlineData("frobnicate", "unknown command 'frobnicate'")]
    [InlineData("run --mem 2g x", "did you mean '--memory'?")]
    [InlineData("runs ls --jsn", "did you mean '--json'?")]
    [InlineData("runs show --jsn", "unknown option '--jsn'")]
    [InlineData("runs show", "ID is missing")]
    [InlineData("runs show aaaa bbbb", "unexpected 'bbbb'")]
    [InlineData("run", "COMMAND is missing")]
    [InlineData("run -e", "--env needs a value")]
    [InlineData("run -e a -e b x", "--env is given twice")]
    [InlineData("run --live=yes x", "--live takes no value")]
    [InlineData("env export", "--output FILE is missing")]
    [InlineData("image import x.tar", "--name NAME is missing")]
    [InlineData("run --memory much x", "--memory 'much'")]
    [InlineData("run --timeout 10 x", "--timeout '10'")]
    [InlineData("run --cpus 0 x", "--cpus '0'")]
    [InlineData("run --cpus nan x", "--cpus 'nan'")]
    [InlineData("run --pids 1.5 x", "--pids '1.5'")]
    [InlineData("run --network lan x", "--network 'lan'")]
    [InlineData("run -p novalue x", "--param 'novalue'")]
    [InlineData("run --set-env =v x", "--set-env '=v'")]
    [InlineData("run --secret NOPE x", "--secret NOPE: not set")]
    [InlineData("run -t -d x", "exclude each other")]
    [InlineData("run -t x", "not a terminal")]
    [InlineData("runs ls --status done", "--status 'done'")]
    [InlineData("runs ls --since soon", "--since 'soon'")]
    [InlineData("runs ls -n 0", "--limit '0'")]
    [InlineData("gc --keep-runs -1", "--keep-runs '-1'")]
    [InlineData("completion tcsh", "bash, zsh or fish")]
    public void It_is_named_and_mended(string line, string message)
    {
        using var cli = new Cli();
        Assert.Equal(ExitCode.Bad, cli.Run(line.Split(' ')));
        Assert.Contains(message, cli.Error);
        Assert.Equal("", cli.Output);
        Assert.Null(cli.Features.Runs.Request);
    }

    [Theory]
    [InlineData("runs", "runs", 0)]
    [InlineData("rusn", "runs", 1)]
    [InlineData("memory", "memry", 1)]
    [InlineData("abc", "xyz", 3)]
    [InlineData("", "ab", 2)]
    public void Distance_counts_added_dropped_changed_and_swapped_letters(string a, string b, int distance) =>
        Assert.Equal(distance, Glovebox.Cli.CommandLine.Suggestion.Distance(a, b));
}
