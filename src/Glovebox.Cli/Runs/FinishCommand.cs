using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Runs;

/// <summary><c>glovebox finish</c>: what the monitor of a detached run calls when its box has ended. Not for people.</summary>
internal static class FinishCommand
{
    public const string Name = "finish";

    public static Verb Create(CommandContext context)
    {
        var id = RunId.Argument();
        var verb = new Verb(Name, "Record the end of a detached run") { Usage = "ID", Hidden = true };
        verb.Add(id);
        verb.Act = async (parse, cancellation) =>
        {
            await context.Features.Runs.WaitAsync(parse.GetRequiredValue(id), cancellation);
            return ExitCode.Success;
        };
        return verb;
    }
}
