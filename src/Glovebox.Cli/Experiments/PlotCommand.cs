using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Experiments;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Experiments;

/// <summary><c>glovebox runs plot</c>.</summary>
internal static class PlotCommand
{
    private const int Unsaid = 10, PictureWidth = 900, TextWidth = 80;

    public static Verb Create(CommandContext context)
    {
        var metric = new Argument<string>("METRIC") { Description = "A metric's name" };
        var selection = new SelectionOptions();
        var against = Options.Text("--against", null, "COLUMN", "A scatter of one point a run against this, such as params.C, in place of curves over steps");
        var output = Options.Text("--output", "-o", "FILE", "Write a picture: FILE.svg or FILE.png (default: draw in the terminal)");
        var width = Options.Text("--width", null, "N", "Pixels of a picture, columns of a drawing");
        var verb = new Verb("plot", "Draw a metric over steps, or against a parameter")
        {
            Usage = "METRIC [ID...] [options]",
            Examples =
            [
                ("glovebox runs plot loss --last 5", "Curves in the terminal, also of runs that are still running"),
                ("glovebox runs plot accuracy --where 'tag=night' --against params.C -o c.svg", "What C does to the accuracy"),
            ],
        };
        verb.Add(metric);
        selection.AddTo(verb);
        foreach (var option in new Option[] { against, output, width }) verb.Add(option);
        verb.Act = async (parse, cancellation) =>
        {
            var path = parse.GetValue(output);
            var format = path is null ? PlotFormat.Text : Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".svg" => PlotFormat.Svg,
                ".png" => PlotFormat.Png,
                _ => throw RefusalException.Bad($"--output {path}: give a file that ends in .svg or .png"),
            };
            var wide = parse.GetValue(width) is { } typed ? Numbers.Whole("--width", typed, 40)
                : path is null ? context.Screen.OutputWidth ?? TextWidth : PictureWidth;
            if (wide > 8000) throw RefusalException.Bad($"--width {wide}: at most 8000");
            var bytes = await context.Features.Experiments.PlotAsync(
                new PlotRequest(parse.GetRequiredValue(metric), selection.Read(parse, context, Unsaid), parse.GetValue(against), format, wide), cancellation);
            if (path is null) context.Screen.OutputBytes.Write(bytes);
            else await File.WriteAllBytesAsync(Path.GetFullPath(path, context.Directory), bytes, cancellation);
            return ExitCode.Success;
        };
        return verb;
    }
}
