using System.CommandLine;

namespace Glovebox.Cli.CommandLine;

/// <summary>Every word that may follow <c>glovebox</c>.</summary>
internal static class CommandTree
{
    private static readonly (string Name, Func<CommandContext, Command> Create)[] Entries =
    [
        ("run", Runs.RunCommand.Create),
        ("runs", Runs.RunsNoun.Create),
        ("rerun", Runs.RerunCommand.Create),
        ("snapshot", Snapshots.SnapshotsNoun.Create),
        ("checkout", Snapshots.CheckoutCommand.Create),
        ("diff", Runs.DiffCommand.Create),
        ("status", Snapshots.StatusCommand.Create),
        ("sweep", Experiments.SweepCommand.Create),
        ("bisect", Experiments.BisectCommand.Create),
        ("helper", Experiments.HelperCommand.Create),
        ("job", Jobs.JobsNoun.Create),
        ("schedule", Schedules.SchedulesNoun.Create),
        ("task", Tasks.TasksNoun.Create),
        ("runtime", Runtimes.RuntimesNoun.Create),
        ("function", Functions.FunctionsNoun.Create),
        ("alias", Aliases.AliasesNoun.Create),
        ("top", Jobs.TopCommand.Create),
        ("serve", Serve.ServeCommand.Create),
        ("token", Access.TokensNoun.Create),
        ("env", Environments.EnvironmentsNoun.Create),
        ("image", Images.ImagesNoun.Create),
        ("push", Sharing.TransferCommands.CreatePush),
        ("pull", Sharing.TransferCommands.CreatePull),
        ("remote", Sharing.RemotesNoun.Create),
        ("export", Sharing.ExportCommand.Create),
        ("import", Sharing.ImportCommand.Create),
        ("doctor", Doctor.DoctorCommand.Create),
        ("gc", Garbage.GcCommand.Create),
        ("verify", Verification.VerifyCommand.Create),
        (Runs.FinishCommand.Name, Runs.FinishCommand.Create),
        ("completion", Completion.CompletionCommand.Create),
    ];

    /// <param name="word">The first word: when it is one of ours, only its branch is built.</param>
    public static RootTree Create(CommandContext context, string? word)
    {
        var root = new RootTree();
        foreach (var (name, create) in Entries)
            if (name == word) root.Add(create(context));
        if (root.Subcommands.Count > 0) return root;
        foreach (var (_, create) in Entries) root.Add(create(context));
        return root;
    }
}

/// <summary>The program itself, with the option that every command has.</summary>
internal sealed class RootTree : Command
{
    public RootTree() : base("glovebox", "Runs code in sealed, reproducible boxes and remembers everything.") => Add(Help);

    public Flag Help { get; } = new("--help", "-h") { Description = "Show this help", Recursive = true };
}
