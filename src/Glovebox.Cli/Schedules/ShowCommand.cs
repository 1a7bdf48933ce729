using Glovebox.Api;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Jobs;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Schedules;

/// <summary><c>glovebox schedule show</c>.</summary>
internal static class ShowCommand
{
    private const int Shown = 5;

    public static Verb Create(CommandContext context)
    {
        var (queue, id) = (new Queue(context), JobId.Argument());
        var json = Options.Json("the job");
        var verb = new Verb("show", "Show a schedule and its next times") { Usage = "ID [--json]" };
        verb.Add(id);
        verb.Add(json);
        queue.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var jobs = queue.Of(parse);
            var job = await jobs.ShowAsync(parse.GetRequiredValue(id), cancellation);
            if (job.Schedule is not { } schedule) throw RefusalException.NotFound($"job {job.Id} has no schedule: see 'glovebox job show {job.Id}'");
            if (parse.Has(json))
            {
                Json.Print(context.Screen, job);
                return ExitCode.Success;
            }

            ScheduleTable.Write(context.Screen, [job]);
            if (schedule.NextAt is { } next)
                foreach (var time in jobs.Preview(schedule.Cron, schedule.TimeZone, next.AddTicks(-1), Shown)) await context.Screen.Out.WriteLineAsync(Units.Time(time));
            return ExitCode.Success;
        };
        return verb;
    }
}
