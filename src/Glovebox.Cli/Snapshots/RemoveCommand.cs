using System.CommandLine;
using Glovebox.Api.Snapshots;
using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Snapshots;

/// <summary><c>glovebox snapshot rm</c>.</summary>
internal static class RemoveCommand
{
    public static Verb Create(CommandContext context)
    {
        var ids = new Argument<string[]>("ID") { Arity = ArgumentArity.OneOrMore, Description = "Labels, or any unique part of the ids, 4 or more characters" };
        var verb = new Verb("rm", "Forget snapshots; gc frees their bytes") { Usage = "ID..." };
        verb.Add(ids);
        verb.Act = async (parse, cancellation) =>
        {
            var snapshots = context.Features.Snapshots;
            // All are looked up first: a mistyped id removes nothing.
            var found = new List<Snapshot>();
            foreach (var id in parse.GetRequiredValue(ids)) found.Add(await snapshots.GetAsync(id, context.Directory, cancellation));
            foreach (var id in found.Select(snapshot => snapshot.Id).Distinct())
            {
                await snapshots.RemoveAsync(id, context.Directory, cancellation);
                await context.Screen.Out.WriteLineAsync(id);
            }

            return ExitCode.Success;
        };
        return verb;
    }
}
