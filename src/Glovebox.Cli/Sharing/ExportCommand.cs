using System.CommandLine;
using Glovebox.Api.Sharing;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Sharing;

/// <summary><c>glovebox export</c>.</summary>
internal static class ExportCommand
{
    public static Verb Create(CommandContext context)
    {
        var id = Runs.RunId.Argument("RUN");
        var output = Options.Text("--output", "-o", "FILE", "The file to write");
        output.Required = true;
        var noImages = Options.Flag("--no-images", null, "Leave the environment's layers out: it is built from its lock where it is needed");
        var json = Options.Json("what was written");
        var quiet = Options.Quiet();
        var verb = new Verb("export", "Write a run with its box, inputs, code and outputs into one file")
        {
            Usage = "RUN -o FILE [--no-images] [--json]",
            Notes = "'glovebox import FILE' takes it in elsewhere, and 'glovebox rerun' repeats it there, with no network. Inside is an RO-Crate.",
            Examples = [("glovebox export 3fa2 -o iris.glovebox", "Then, on another machine: glovebox import iris.glovebox")],
        };
        verb.Add(id);
        foreach (var option in new Option[] { output, noImages, json, quiet }) verb.Add(option);
        verb.Act = async (parse, cancellation) =>
        {
            var request = new ExportRequest(parse.GetRequiredValue(id), Path.GetFullPath(parse.GetValue(output)!, context.Directory), !parse.Has(noImages));
            var report = await BuildDisplay.ShowAsync(context, parse.Has(quiet), progress => context.Features.Sharing.ExportAsync(request, progress, cancellation));
            if (parse.Has(json)) Json.Print(context.Screen, report);
            else await context.Screen.Out.WriteLineAsync($"{Printable.Line(report.Path)}  {Units.Size(report.Bytes)}");
            foreach (var note in report.Notes) context.Screen.Tell($"{context.Screen.ErrorStyle.Note("glovebox:")} {Printable.Line(note)}\n");
            return ExitCode.Success;
        };
        return verb;
    }
}
