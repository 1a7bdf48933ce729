using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Jobs;

/// <summary><c>glovebox job retry</c>.</summary>
internal static class RetryCommand
{
    public static Verb Create(CommandContext context)
    {
        var (queue, id) = (new Queue(context), JobId.Argument());
        var json = Options.Json("the new execution");
        var verb = new Verb("retry", "Run a job once more, now; what runs of it is cancelled first") { Usage = "ID [--json]" };
        verb.Add(id);
        verb.Add(json);
        queue.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var execution = await queue.Of(parse).RetryAsync(parse.GetRequiredValue(id), cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, execution);
            else await context.Screen.Out.WriteLineAsync(execution.Id);
            return ExitCode.Success;
        };
        return verb;
    }
}
