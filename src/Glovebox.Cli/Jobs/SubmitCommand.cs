using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Jobs;

/// <summary><c>glovebox job submit</c>.</summary>
internal static class SubmitCommand
{
    public static Verb Create(CommandContext context)
    {
        var (queue, options) = (new Queue(context), new SubmitOptionSet());
        var key = Options.Text("--idempotency-key", null, "KEY", "A repeated submit with this key returns the first one's job (kept for a day)");
        var wait = Options.Flag("--wait", null, "Print its output, wait for its end, and end with its command's code");
        var json = Options.Json("the job and its first execution (with --wait: the ended job)");
        var verb = new Verb("submit", "Post a job to a task's queue; prints its id once it is stored for good")
        {
            Usage = "TASK [options] -- COMMAND [ARG...]",
            Notes = "Put '--' before the command. {name} in it is filled in from --batch, {index} from --array.",
            Examples =
            [
                ("glovebox job submit mails --image mailer:3 -- ./send --all", "As soon as there is room"),
                ("glovebox job submit nightly -e train --cron '0 2 * * *' --tz Europe/Paris -- python train.py", "Every night"),
                ("glovebox job submit sweep -e train --batch 'lr=0.1,0.01 seed=1,2,3' --parallel 2 -- python train.py {lr} {seed}", "Six executions, two at a time"),
                ("glovebox job submit load -e host --retries 3 --retry-on exit_code=3,out_of_memory=1 --timeout 1h --wait -- ./load.sh", "With retries"),
            ],
        };
        options.AddTo(verb);
        foreach (var option in new Option[] { key, wait, json }) verb.Add(option);
        queue.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var (task, spec) = options.Read(parse, context);
            if (parse.Has(wait) && spec.Cron is not null) throw RefusalException.Bad("--wait and --cron exclude each other: a schedule has no end");
            var jobs = queue.Of(parse);
            var submitted = await jobs.SubmitAsync(task, spec, new SubmitOptions(parse.GetValue(key)), cancellation);
            if (parse.Has(wait)) return await JobWait.AttendAsync(submitted.Job.Id, context, () => WaitAsync(jobs, submitted, parse.Has(json), context, cancellation));
            if (parse.Has(json)) Json.Print(context.Screen, submitted);
            else await context.Screen.Out.WriteLineAsync(submitted.Job.Id);
            return ExitCode.Success;
        };
        return verb;
    }

    private static async Task<int> WaitAsync(IJobs jobs, SubmittedJob submitted, bool json, CommandContext context, CancellationToken cancellation)
    {
        // An array's outputs would come as one tangle: its executions have a log each.
        for (var next = json || submitted.Job.Spec.Array is not null ? null : submitted.Execution; next is not null;)
        {
            await LogsCommand.CopyAsync(jobs, next.Id, LogStream.Both, follow: true, context.Screen.OutputBytes, cancellation);
            var last = await JobId.LastAsync(jobs, submitted.Job.Id, cancellation);
            next = last is not null && last.Id != next.Id ? last : null;
        }

        return await JobWait.TellAsync(jobs, submitted.Job.Id, json, context, cancellation);
    }
}
