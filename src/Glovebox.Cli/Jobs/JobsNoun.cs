using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Jobs;

/// <summary><c>glovebox job</c>.</summary>
internal static class JobsNoun
{
    public static Noun Create(CommandContext context) => new("job", "Post work to the queue, and look after it")
    {
        SubmitCommand.Create(context),
        ListCommand.Create(context),
        ShowCommand.Create(context),
        LogsCommand.Create(context),
        WaitCommand.Create(context),
        CancelCommand.Create(context),
        RetryCommand.Create(context),
        RemoveCommand.Create(context),
    };
}
