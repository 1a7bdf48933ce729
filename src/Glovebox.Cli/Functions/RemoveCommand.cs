using System.CommandLine;
using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Functions;

/// <summary><c>glovebox function rm</c>.</summary>
internal static class RemoveCommand
{
    public static Verb Create(CommandContext context)
    {
        var server = new FunctionServer(context);
        var names = new Argument<string[]>("NAME") { Arity = ArgumentArity.OneOrMore, Description = "Functions" };
        var verb = new Verb("rm", "Remove functions with their versions, aliases and calls") { Usage = "NAME..." };
        verb.Add(names);
        server.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var functions = server.Of(parse);
            // All are looked up first: a mistyped name removes nothing.
            foreach (var name in parse.GetRequiredValue(names)) await functions.ShowAsync(name, cancellation);
            foreach (var name in parse.GetRequiredValue(names).Distinct())
            {
                await functions.RemoveAsync(name, cancellation);
                await context.Screen.Out.WriteLineAsync(name);
            }

            return ExitCode.Success;
        };
        return verb;
    }
}
