using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Images;

/// <summary><c>glovebox image</c>.</summary>
internal static class ImagesNoun
{
    public static Noun Create(CommandContext context) => new("image", "Take in and look at images")
    {
        ImportCommand.Create(context),
        ListCommand.Create(context),
        RemoveCommand.Create(context),
        TagCommand.Create(context),
    };
}
