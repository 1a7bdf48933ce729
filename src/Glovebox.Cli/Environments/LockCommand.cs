using System.CommandLine;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Environments;

/// <summary><c>glovebox env lock</c>.</summary>
internal static class LockCommand
{
    public static Verb Create(CommandContext context)
    {
        var name = EnvironmentsNoun.OptionalName("all of them");
        var quiet = Options.Quiet();
        var verb = new Verb("lock", "Resolve anew and write glovebox.lock: every package with version and hash") { Usage = "[NAME]" };
        verb.Add(name);
        verb.Add(quiet);
        verb.Act = async (parse, cancellation) =>
        {
            var path = await BuildDisplay.ShowAsync(context, parse.Has(quiet), progress =>
                context.Features.Environments.LockAsync(context.Directory, parse.GetValue(name), progress, cancellation));
            await context.Screen.Out.WriteLineAsync(Printable.Line(path));
            return ExitCode.Success;
        };
        return verb;
    }
}
