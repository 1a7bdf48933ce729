using System.CommandLine;
using Glovebox.Api.Runs;
using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Runs;

/// <summary><c>glovebox runs rm</c>.</summary>
internal static class RemoveCommand
{
    public static Verb Create(CommandContext context)
    {
        var ids = new Argument<string[]>("ID") { Arity = ArgumentArity.OneOrMore, Description = "Any unique part of a run's id, 4 or more characters" };
        var verb = new Verb("rm", "Forget runs that have ended; gc frees their bytes") { Usage = "ID..." };
        verb.Add(ids);
        verb.Act = async (parse, cancellation) =>
        {
            var runs = context.Features.Runs;
            // All are looked up first: a mistyped id removes nothing.
            var found = new List<Run>();
            foreach (var id in parse.GetRequiredValue(ids)) found.Add(await runs.GetAsync(id, cancellation));
            foreach (var id in found.Select(run => run.Id).Distinct())
            {
                await runs.RemoveAsync(id, cancellation);
                await context.Screen.Out.WriteLineAsync(id);
            }

            return ExitCode.Success;
        };
        return verb;
    }
}
