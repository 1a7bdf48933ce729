using System.CommandLine;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Tests.CommandLine;

public sealed class HelpTests
{
    [Fact]
    public void The_programs_help_lists_every_verb_and_every_exit_code()
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run("--help"));
        foreach (var verb in new[] { "run ", "runs ls|show|logs|outputs|diff|compare|plot|best|wait|cancel|rm", "rerun", "env build|ls|show|lock|export|rm", "image import|ls|rm", "doctor", "gc" })
            Assert.Contains(verb, cli.Output);
        foreach (var code in new[] { "124", "125", "126", "127", "130", "137", "70" }) Assert.Contains(code, cli.Output);
        Assert.Equal("", cli.Error);
    }

    [Theory]
    [InlineData()]
    [InlineData("help")]
    [InlineData("-h")]
    public void Nothing_asked_is_help_asked(params string[] args)
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run(args));
        Assert.Contains("Usage: glovebox COMMAND", cli.Output);
    }

    [Fact]
    public void Help_of_a_verb_is_asked_for_in_two_ways()
    {
        using var a = new Cli();
        using var b = new Cli();
        Assert.Equal(0, a.Run("help", "runs", "ls"));
        Assert.Equal(0, b.Run("runs", "ls", "--help"));
        Assert.Equal(a.Output, b.Output);
        Assert.Contains("--where CONDITION", a.Output);
    }

    [Fact]
    public void Every_verb_describes_itself_and_its_options()
    {
        using var screen = new Screen(Stream.Null, Stream.Null, null, null, colour: false);
        using var interrupts = new Interrupts();
        var context = new CommandContext(new FakeFeatures(), screen, TimeProvider.System, "/", _ => null, interrupts);
        foreach (var command in Verbs(CommandTree.Create(context, null)))
        {
            Assert.False(string.IsNullOrEmpty(command.Description), command.Name);
            foreach (var option in command.Options) Assert.False(string.IsNullOrEmpty(option.Description), $"{command.Name} {option.Name}");
        }
    }

    private static IEnumerable<Command> Verbs(Command command) => command.Subcommands.SelectMany(Verbs).Prepend(command);
}
