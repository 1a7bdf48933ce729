using System.CommandLine;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Images;

/// <summary><c>glovebox image rm</c>.</summary>
internal static class RemoveCommand
{
    public static Verb Create(CommandContext context)
    {
        var names = new Argument<string[]>("NAME") { Arity = ArgumentArity.OneOrMore, Description = "A name, or a digest" };
        var force = Options.Flag("--force", null, "Even while a run or a job needs it: such a run cannot be repeated here any more, such a job fails");
        var verb = new Verb("rm", "Remove a name, or an image by digest") { Usage = "NAME... [--force]" };
        verb.Add(names);
        verb.Add(force);
        verb.Act = async (parse, cancellation) =>
        {
            foreach (var name in parse.GetRequiredValue(names))
            {
                await context.Features.Images.RemoveAsync(name, parse.Has(force), cancellation);
                await context.Screen.Out.WriteLineAsync(Printable.Line(name));
            }

            return ExitCode.Success;
        };
        return verb;
    }
}
