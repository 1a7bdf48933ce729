using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Functions;

/// <summary><c>glovebox function</c>.</summary>
internal static class FunctionsNoun
{
    public static Noun Create(CommandContext context) => new("function", "Deploy code that answers calls, and call it")
    {
        DeployCommand.Create(context),
        ListCommand.Create(context),
        ShowCommand.Create(context),
        CallCommand.Create(context),
        CancelCommand.Create(context),
        LogsCommand.Create(context),
        StatsCommand.Create(context),
        RollbackCommand.Create(context),
        RemoveCommand.Create(context),
        BenchCommand.Create(context),
    };
}
