using System.CommandLine;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Images;

/// <summary><c>glovebox image tag</c>.</summary>
internal static class TagCommand
{
    public static Verb Create(CommandContext context)
    {
        var image = new Argument<string>("IMAGE") { Description = "A name, or a digest or its beginning" };
        var name = new Argument<string>("NAME") { Description = "What to call it from now on, too" };
        var json = Options.Json("the image");
        var verb = new Verb("tag", "Give an image a name")
        {
            Usage = "IMAGE NAME",
            Examples = [("glovebox image tag c991fb18e4b6 iris", "Then: glovebox job submit train --image iris -- COMMAND")],
        };
        verb.Add(image);
        verb.Add(name);
        verb.Add(json);
        verb.Act = async (parse, cancellation) =>
        {
            var tagged = await context.Features.Images.TagAsync(parse.GetRequiredValue(image), parse.GetRequiredValue(name), cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, tagged);
            else await context.Screen.Out.WriteLineAsync($"{parse.GetValue(name)}  {tagged.Digest}");
            return ExitCode.Success;
        };
        return verb;
    }
}
