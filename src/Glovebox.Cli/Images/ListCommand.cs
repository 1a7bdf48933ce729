using System.CommandLine;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Images;

/// <summary><c>glovebox image ls</c>.</summary>
internal static class ListCommand
{
    public static Verb Create(CommandContext context)
    {
        var json = Options.Json("the images");
        var verb = new Verb("ls", "List images, imported and built") { Usage = "[--json]" };
        verb.Add(json);
        verb.Act = async (parse, cancellation) =>
        {
            var (screen, images) = (context.Screen, await context.Features.Images.ListAsync(cancellation));
            if (parse.Has(json))
            {
                Json.Print(screen, images);
                return ExitCode.Success;
            }

            var table = new Table(
                new Column("NAMES", Elastic: true), new Column("DIGEST", Elastic: true), new Column("LAYERS", Right: true),
                new Column("SIZE", Right: true), new Column("CREATED"));
            var now = context.Clock.GetUtcNow();
            foreach (var image in images)
            {
                table.Add(
                    string.Join(", ", image.Names), image.Digest, image.Layers.ToString(), Units.Size(image.SizeBytes),
                    Units.Age(image.CreatedAt, now));
            }

            table.Write(screen.Out, screen.OutputWidth, screen.OutStyle);
            return ExitCode.Success;
        };
        return verb;
    }
}
