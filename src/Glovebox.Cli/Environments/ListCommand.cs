using System.CommandLine;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Environments;

/// <summary><c>glovebox env ls</c>.</summary>
internal static class ListCommand
{
    public static Verb Create(CommandContext context)
    {
        var json = Options.Json("the environments");
        var verb = new Verb("ls", "List the environments of the project you stand in") { Usage = "[--json]" };
        verb.Add(json);
        verb.Act = async (parse, cancellation) =>
        {
            var (screen, found) = (context.Screen, await context.Features.Environments.ListAsync(context.Directory, cancellation));
            if (parse.Has(json))
            {
                Json.Print(screen, found);
                return ExitCode.Success;
            }

            var table = new Table(
                new Column("NAME"), new Column("BASE", Elastic: true), new Column("BUILT"), new Column("SIZE", Right: true),
                new Column("DIGEST", Elastic: true), new Column("FROM"));
            foreach (var item in found)
            {
                table.Add(
                    item.Name, item.Base, item.Image is null ? "no" : "yes", item.SizeBytes is { } size ? Units.Size(size) : "",
                    item.Digest ?? "", item.Source);
            }

            table.Write(screen.Out, screen.OutputWidth, screen.OutStyle);
            return ExitCode.Success;
        };
        return verb;
    }
}
