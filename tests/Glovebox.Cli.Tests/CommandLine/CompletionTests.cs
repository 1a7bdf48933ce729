namespace Glovebox.Cli.Tests.CommandLine;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void There_is_a_script_for_each_shell(string shell)
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("completion", shell));
        Assert.Contains("completion words", cli.Output);
    }

    [Theory]
    [InlineData("glovebox ru", "runs")]
    [InlineData("glovebox runs l", "logs")]
    [InlineData("glovebox run --mem", "--memory")]
    public void The_words_that_may_come_are_named(string line, string word)
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("completion", "words", "--", line, line.Length.ToString()));
        Assert.Contains(word, cli.Output.Split('\n'));
    }
}
