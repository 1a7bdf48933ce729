using System.CommandLine;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Sharing;

/// <summary><c>glovebox remote</c>.</summary>
internal static class RemotesNoun
{
    public static Noun Create(CommandContext context) => new("remote", "Name the places that a project pushes to and pulls from")
    {
        CreateAdd(context),
        CreateList(context),
        CreateRemove(context),
    };

    private static Verb CreateAdd(CommandContext context)
    {
        var name = new Argument<string>("NAME") { Description = "What to call it; 'origin' is used where none is named" };
        var url = new Argument<string>("URL") { Description = "A folder, ssh://[USER@]HOST[:PORT]/PATH, or oci://HOST[:PORT]/NAME" };
        var verb = new Verb("add", "Give a place a name in this project")
        {
            Usage = "NAME URL",
            Examples = [("glovebox remote add origin /mnt/lab/iris", "A mounted share"), ("glovebox remote add lab ssh://ana@lab/srv/iris", "Behind ssh")],
        };
        verb.Add(name);
        verb.Add(url);
        verb.Act = async (parse, cancellation) =>
        {
            var remote = await context.Features.Sharing.AddRemoteAsync(
                context.Directory, parse.GetRequiredValue(name), parse.GetRequiredValue(url), cancellation);
            await context.Screen.Out.WriteLineAsync($"{remote.Name}  {Printable.Line(remote.Url)}");
            return ExitCode.Success;
        };
        return verb;
    }

    private static Verb CreateList(CommandContext context)
    {
        var json = Options.Json("the remotes");
        var verb = new Verb("ls", "List the remotes of this project") { Usage = "[--json]" };
        verb.Add(json);
        verb.Act = async (parse, cancellation) =>
        {
            var (screen, remotes) = (context.Screen, await context.Features.Sharing.ListRemotesAsync(context.Directory, cancellation));
            if (parse.Has(json))
            {
                Json.Print(screen, remotes);
                return ExitCode.Success;
            }
            var table = new Table(new Column("NAME"), new Column("URL", Elastic: true));
            foreach (var remote in remotes) table.Add(remote.Name, remote.Url);
            table.Write(screen.Out, screen.OutputWidth, screen.OutStyle);
            return ExitCode.Success;
        };
        return verb;
    }

    private static Verb CreateRemove(CommandContext context)
    {
        var name = new Argument<string>("NAME") { Description = "A remote of this project" };
        var verb = new Verb("rm", "Forget a remote; the place is left as it is") { Usage = "NAME" };
        verb.Add(name);
        verb.Act = async (parse, cancellation) =>
        {
            await context.Features.Sharing.RemoveRemoteAsync(context.Directory, parse.GetRequiredValue(name), cancellation);
            await context.Screen.Out.WriteLineAsync(Printable.Line(parse.GetRequiredValue(name)));
            return ExitCode.Success;
        };
        return verb;
    }
}
