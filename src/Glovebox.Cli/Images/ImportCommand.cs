using System.CommandLine;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Images;

/// <summary><c>glovebox image import</c>.</summary>
internal static class ImportCommand
{
    public static Verb Create(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "An OCI archive, the output of 'docker save', or a plain root file system tar; each may be gzipped" };
        var name = Options.Text("--name", "-n", "NAME", "What to call it");
        name.Required = true;
        var json = Options.Json("the image");
        var quiet = Options.Quiet();
        var verb = new Verb("import", "Take in an image from a tar file")
        {
            Usage = "FILE --name NAME",
            Examples = [("glovebox image import rootfs.tar.gz --name mine", "Then: glovebox run -e mine -- COMMAND")],
        };
        verb.Add(file);
        foreach (var option in new Option[] { name, json, quiet }) verb.Add(option);
        verb.Act = async (parse, cancellation) =>
        {
            var path = Path.GetFullPath(parse.GetRequiredValue(file), context.Directory);
            var image = await BuildDisplay.ShowAsync(context, parse.Has(quiet), progress =>
                context.Features.Images.ImportAsync(path, parse.GetValue(name)!, progress, cancellation));
            if (parse.Has(json)) Json.Print(context.Screen, image);
            else await context.Screen.Out.WriteLineAsync($"{parse.GetValue(name)}  {image.Digest}  {Units.Size(image.SizeBytes)}");
            return ExitCode.Success;
        };
        return verb;
    }
}
