using Glovebox.Api.Jobs;
using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Jobs;

/// <summary><c>glovebox job cancel</c>.</summary>
internal static class CancelCommand
{
    public static Verb Create(CommandContext context)
    {
        var (queue, id) = (new Queue(context), JobId.Argument());
        var json = Options.Json("the job");
        var verb = new Verb("cancel", "End what runs of a job, drop what waits, stop its schedule") { Usage = "ID [--json]" };
        verb.Add(id);
        verb.Add(json);
        queue.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var job = await queue.Of(parse).CancelAsync(parse.GetRequiredValue(id), cancellation);
            JobLine.Tell(context, job, parse.Has(json), job.Status.IsFinal() ? "" : "it is told to end");
            return ExitCode.Success;
        };
        return verb;
    }
}
