using System.CommandLine;
using Glovebox.Api.Jobs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Jobs;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Schedules;

/// <summary><c>glovebox schedule</c>: jobs with a cron expression.</summary>
internal static class SchedulesNoun
{
    public static Noun Create(CommandContext context) => new("schedule", "Look after jobs that come again and again")
    {
        ListCommand.Create(context),
        ShowCommand.Create(context),
        Change(context, "pause", "Handle no tick until it is resumed", (jobs, id, cancellation) => jobs.PauseAsync(id, cancellation)),
        Change(context, "resume", "Go on; its catch-up policy says what becomes of missed ticks", (jobs, id, cancellation) => jobs.ResumeAsync(id, cancellation)),
        TriggerCommand.Create(context),
        PreviewCommand.Create(context),
    };

    private static Verb Change(CommandContext context, string name, string description, Func<IJobs, string, CancellationToken, Task<Job>> change)
    {
        var (queue, id) = (new Queue(context), JobId.Argument());
        var json = Options.Json("the job");
        var verb = new Verb(name, description) { Usage = "ID [--json]" };
        verb.Add(id);
        verb.Add(json);
        queue.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var job = await change(queue.Of(parse), parse.GetRequiredValue(id), cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, job);
            else ScheduleTable.Write(context.Screen, [job]);
            return ExitCode.Success;
        };
        return verb;
    }
}
