using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Snapshots;

/// <summary><c>glovebox snapshot</c>.</summary>
internal static class SnapshotsNoun
{
    public static Noun Create(CommandContext context) => new("snapshot", "Remember what a project is now, and go back to it")
    {
        CreateCommand.Create(context),
        ListCommand.Create(context),
        ShowCommand.Create(context),
        DiffCommand.Create(context),
        CheckoutCommand.Create(context),
        UpdateCommand.Create(context),
        PinCommand.Create(context, pinned: true),
        PinCommand.Create(context, pinned: false),
        RemoveCommand.Create(context),
    };
}
