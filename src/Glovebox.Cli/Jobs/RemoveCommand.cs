using System.CommandLine;
using Glovebox.Api.Jobs;
using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Jobs;

/// <summary><c>glovebox job rm</c>.</summary>
internal static class RemoveCommand
{
    public static Verb Create(CommandContext context)
    {
        var queue = new Queue(context);
        var ids = new Argument<string[]>("ID") { Arity = ArgumentArity.OneOrMore, Description = "Any unique part of a job's id, 4 or more characters" };
        var verb = new Verb("rm", "Forget jobs that have ended, with their logs") { Usage = "ID..." };
        verb.Add(ids);
        queue.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var jobs = queue.Of(parse);
            // All are looked up first: a mistyped id removes nothing.
            var found = new List<Job>();
            foreach (var id in parse.GetRequiredValue(ids)) found.Add(await jobs.ShowAsync(id, cancellation));
            foreach (var id in found.Select(job => job.Id).Distinct())
            {
                await jobs.RemoveAsync(id, cancellation);
                await context.Screen.Out.WriteLineAsync(id);
            }

            return ExitCode.Success;
        };
        return verb;
    }
}
