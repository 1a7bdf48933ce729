namespace Glovebox.Cli.Tests.CommandLine;

/// <summary>Where the options of <c>run</c> end and the command begins.</summary>
public sealed class ArgumentSplitTests
{
    [Theory]
    [InlineData("run train.py --lr 0.1 -m x", "train.py --lr 0.1 -m x")]
    [InlineData("run -e train train.py -e other", "train.py -e other")]
    [InlineData("run -dq -e train train.py -dq", "train.py -dq")]
    [InlineData("run --env=train train.py", "train.py")]
    [InlineData("run -p C=1 -p D=2 -- ls -l", "ls -l")]
    [InlineData("run -- --odd", "--odd")]
    [InlineData("run ls -- -l", "ls -- -l")]
    [InlineData("run --tag a -m b -o c cmd --help", "cmd --help")]
    [InlineData("run cmd --version", "cmd --version")]
    [InlineData("run -", "-")]
    [InlineData("run -- [diagram] @file", "[diagram] @file")]
    [InlineData("run run ls", "run ls")]
    public void The_command_begins_at_the_first_word_that_is_no_option(string line, string command)
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run(line.Split(' ')));
        Assert.Equal(command.Split(' '), cli.Features.Runs.Request!.Command);
    }

    [Theory]
    [InlineData("run -qe train x")]
    [InlineData("run -q -e train x")]
    [InlineData("run -e train -q x")]
    public void Letters_may_stand_together(string line)
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run(line.Split(' ')));
        Assert.Equal("train", cli.Features.Runs.Request!.Environment);
        Assert.Equal("", cli.Error);
    }

    [Fact]
    public void Words_reach_the_command_unchanged()
    {
        string[] odd = ["", " ", "a\nb", "'\"", "--x=1", "{C}", "ü", "-"];
        using var cli = new Cli();
        Assert.Equal(0, cli.Run(["run", "cmd", .. odd]));
        Assert.Equal(["cmd", .. odd], cli.Features.Runs.Request!.Command);
    }
}
