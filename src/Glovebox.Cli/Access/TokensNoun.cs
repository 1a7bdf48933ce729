using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Access;

/// <summary><c>glovebox token</c>.</summary>
internal static class TokensNoun
{
    public static Noun Create(CommandContext context) => new("token", "Say who may use the server")
    {
        CreateCommand.Create(context),
        ListCommand.Create(context),
        RemoveCommand.Create(context),
    };
}
