using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Runs;

/// <summary><c>glovebox runs</c>.</summary>
internal static class RunsNoun
{
    public static Noun Create(CommandContext context) => new("runs", "Look at recorded runs and manage them")
    {
        ListCommand.Create(context),
        ShowCommand.Create(context),
        LogsCommand.Create(context),
        OutputsCommand.Create(context),
        DiffCommand.Create(context),
        Experiments.CompareCommand.Create(context),
        Experiments.PlotCommand.Create(context),
        Experiments.BestCommand.Create(context),
        WaitCommand.Create(context),
        CancelCommand.Create(context),
        RemoveCommand.Create(context),
    };
}
