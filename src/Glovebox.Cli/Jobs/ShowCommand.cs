using Glovebox.Api.Jobs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Jobs;

/// <summary><c>glovebox job show</c>.</summary>
internal static class ShowCommand
{
    private const int Shown = 20;

    public static Verb Create(CommandContext context)
    {
        var (queue, id) = (new Queue(context), JobId.Argument());
        var json = Options.Json("the job and its newest executions");
        var verb = new Verb("show", "Show a job and its newest executions") { Usage = "ID [--json]" };
        verb.Add(id);
        verb.Add(json);
        queue.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var jobs = queue.Of(parse);
            var job = await jobs.ShowAsync(parse.GetRequiredValue(id), cancellation);
            var executions = await jobs.ListExecutionsAsync(new ExecutionFilter(job.Id, Limit: Shown), cancellation);
            var details = new JobDetails(job, executions.Items);
            if (parse.Has(json)) Json.Print(context.Screen, details);
            else JobCard.Write(context.Screen, details, context.Clock.GetUtcNow());
            return ExitCode.Success;
        };
        return verb;
    }
}

/// <param name="Executions">Newest first.</param>
internal sealed record JobDetails(Job Job, IReadOnlyList<JobExecution> Executions);
