using System.CommandLine;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Environments;

/// <summary><c>glovebox env rm</c>.</summary>
internal static class RemoveCommand
{
    public static Verb Create(CommandContext context)
    {
        var names = new Argument<string[]>("NAME") { Arity = ArgumentArity.OneOrMore, Description = "Environments of the project" };
        var verb = new Verb("rm", "Forget what an environment was built into; gc frees its layers") { Usage = "NAME..." };
        verb.Add(names);
        verb.Act = async (parse, cancellation) =>
        {
            foreach (var name in parse.GetRequiredValue(names))
            {
                await context.Features.Environments.RemoveAsync(context.Directory, name, cancellation);
                await context.Screen.Out.WriteLineAsync(Printable.Line(name));
            }

            return ExitCode.Success;
        };
        return verb;
    }
}
