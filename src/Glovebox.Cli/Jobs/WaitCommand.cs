using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Jobs;

/// <summary><c>glovebox job wait</c>.</summary>
internal static class WaitCommand
{
    public static Verb Create(CommandContext context)
    {
        var (queue, id) = (new Queue(context), JobId.Argument());
        var json = Options.Json("the job");
        var verb = new Verb("wait", "Wait until a job has ended; the exit code is its command's") { Usage = "ID [--json]" };
        verb.Add(id);
        verb.Add(json);
        queue.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var (jobs, job) = (queue.Of(parse), parse.GetRequiredValue(id));
            return await JobWait.AttendAsync(job, context, () => JobWait.TellAsync(jobs, job, parse.Has(json), context, cancellation));
        };
        return verb;
    }
}
