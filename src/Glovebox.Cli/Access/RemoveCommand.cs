using System.CommandLine;
using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Access;

/// <summary><c>glovebox token rm</c>.</summary>
internal static class RemoveCommand
{
    public static Verb Create(CommandContext context)
    {
        var name = new Argument<string>("NAME") { Description = "A token's name or id" };
        var verb = new Verb("rm", "Take a token back; running servers notice within five seconds") { Usage = "NAME" };
        verb.Add(name);
        verb.Act = async (parse, cancellation) =>
        {
            await context.Features.Tokens.RemoveAsync(parse.GetRequiredValue(name), cancellation);
            return ExitCode.Success;
        };
        return verb;
    }
}
