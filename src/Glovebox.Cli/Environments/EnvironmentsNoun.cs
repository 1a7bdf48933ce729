using System.CommandLine;
using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Environments;

/// <summary><c>glovebox env</c>.</summary>
internal static class EnvironmentsNoun
{
    public static Noun Create(CommandContext context) => new("env", "Build and look at a project's environments")
    {
        BuildCommand.Create(context),
        ListCommand.Create(context),
        ShowCommand.Create(context),
        LockCommand.Create(context),
        ExportCommand.Create(context),
        RemoveCommand.Create(context),
    };

    /// <summary>The environment that a verb is about.</summary>
    public static Argument<string?> OptionalName(string otherwise = "the project's own") => new("NAME")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = $"An environment of the project, 'host', or an image (default: {otherwise})",
    };
}
