using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Jobs;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Tasks;

/// <summary><c>glovebox task</c>: what holds for all jobs of a task.</summary>
internal static class TasksNoun
{
    public static Noun Create(CommandContext context) => new("task", "Say what holds for all jobs of a task")
    {
        ListCommand.Create(context),
        Show(context),
        SetCommand.Create(context),
        Pause(context, "pause", "Start nothing of it; submits are still accepted", paused: true),
        Pause(context, "resume", "Let it start again", paused: false),
    };

    public static Argument<string> Name() => new("NAME") { Description = "A task's name" };

    /// <summary>Changes a definition, and nothing that somebody else changes meanwhile.</summary>
    public static async Task<JobTask> ChangeAsync(IJobs jobs, string name, Func<TaskDefinition, TaskDefinition> change, CancellationToken cancellation)
    {
        try
        {
            var task = await jobs.ShowTaskAsync(name, cancellation);
            return await jobs.DefineTaskAsync(name, change(task.Definition), task.Version, cancellation);
        }
        catch (RefusalException none) when (none.Kind == RefusalKind.NotFound)
        {
            return await jobs.DefineTaskAsync(name, change(new TaskDefinition()), 0, cancellation);
        }
    }

    private static Verb Show(CommandContext context) =>
        One(context, "show", "Show a task", (jobs, name, cancellation) => jobs.ShowTaskAsync(name, cancellation));

    private static Verb Pause(CommandContext context, string verb, string description, bool paused) => One(
        context, verb, description, (jobs, name, cancellation) => ChangeAsync(jobs, name, old => old with { Paused = paused }, cancellation));

    private static Verb One(CommandContext context, string name, string description, Func<IJobs, string, CancellationToken, Task<JobTask>> act)
    {
        var (queue, task) = (new Queue(context), Name());
        var json = Options.Json("the task");
        var verb = new Verb(name, description) { Usage = "NAME [--json]" };
        verb.Add(task);
        verb.Add(json);
        queue.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var found = await act(queue.Of(parse), parse.GetRequiredValue(task), cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, found);
            else TaskTable.Write(context.Screen, [found]);
            return ExitCode.Success;
        };
        return verb;
    }
}
