using System.CommandLine;
using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Snapshots;

/// <summary><c>glovebox snapshot pin</c> and <c>unpin</c>.</summary>
internal static class PinCommand
{
    public static Verb Create(CommandContext context, bool pinned)
    {
        var ids = new Argument<string[]>("ID") { Arity = ArgumentArity.OneOrMore, Description = "Snapshots or runs" };
        var verb = pinned
            ? new Verb("pin", "Keep snapshots from being removed, and runs from being forgotten by gc") { Usage = "ID..." }
            : new Verb("unpin", "Let pinned snapshots and runs go") { Usage = "ID..." };
        verb.Add(ids);
        verb.Act = async (parse, cancellation) =>
        {
            foreach (var id in parse.GetRequiredValue(ids))
                await context.Screen.Out.WriteLineAsync(await context.Features.Snapshots.PinAsync(id, context.Directory, pinned, cancellation));
            return ExitCode.Success;
        };
        return verb;
    }
}
