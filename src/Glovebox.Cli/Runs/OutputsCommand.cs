using System.CommandLine;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Runs;

/// <summary><c>glovebox runs outputs</c>.</summary>
internal static class OutputsCommand
{
    public static Verb Create(CommandContext context)
    {
        var id = RunId.Argument();
        var to = Options.Text("--to", null, "DIR", "Write them into this directory, which is made and must be empty");
        var json = Options.Json("the outputs");
        var verb = new Verb("outputs", "List what a run wrote, or have it back")
        {
            Usage = "ID [--to DIR] [--json]",
            Examples = [("glovebox runs outputs 3fa2 --to /tmp/out", "Also of a run that failed")],
        };
        verb.Add(id);
        verb.Add(to);
        verb.Add(json);
        verb.Act = async (parse, cancellation) =>
        {
            var (runs, screen, name) = (context.Features.Runs, context.Screen, parse.GetRequiredValue(id));
            var run = parse.GetValue(to) is { } directory
                ? await runs.CopyOutputsAsync(name, Path.GetFullPath(directory, context.Directory), cancellation)
                : await runs.GetAsync(name, cancellation);
            if (parse.Has(json)) Json.Print(screen, run.Outputs);
            else OutputTable.Write(screen.Out, run.Outputs, screen.OutputWidth, screen.OutStyle);
            return ExitCode.Success;
        };
        return verb;
    }
}
