using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Runs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Runs;

/// <summary><c>glovebox run</c>.</summary>
internal static class RunCommand
{
    public static Verb Create(CommandContext context)
    {
        var options = new RunOptions();
        var json = Options.Flag("--json", null, "Print the run's record as JSON; the command's own output goes to the log alone");
        var quiet = Options.Quiet();
        var verb = new Verb("run", "Run a script or command in a sealed box, and record it")
        {
            Usage = "[options] [--] COMMAND [ARG...]",
            TakesCommand = true,
            Notes = """
                Options end at COMMAND: everything after it is its own. COMMAND may be a script (.py .R .sh .js .mjs .pl .rb .jl), a
                program of the environment, or an executable file of the project. The project is the nearest folder with a
                glovebox.yaml or .git above the script (else above the current directory). What the command writes in the project is
                recorded, and applied to the real tree only when the run succeeds.
                """,
            Examples =
            [
                ("glovebox run train.py --lr 0.1", "--lr belongs to train.py"),
                ("glovebox run -e train -p C=0.5 train.py {C}", "A parameter, in GLOVEBOX_PARAMS and in the command"),
                ("glovebox run --memory 2g --timeout 1h -- make all", "With limits"),
                ("glovebox run --secret TOKEN --network host fetch.sh", "With a secret, and the network"),
                ("glovebox run -d --tag night train.py", "In the background; see 'glovebox runs logs -f'"),
            ],
        };
        options.AddTo(verb);
        verb.Add(json);
        verb.Add(quiet);
        verb.Act = (parse, cancellation) =>
            RunAsync(options.Read(parse, context), parse.Has(json), parse.Has(quiet), context, cancellation);
        return verb;
    }

    private static async Task<int> RunAsync(RunRequest request, bool json, bool quiet, CommandContext context, CancellationToken cancellation)
    {
        Check(request, json, context.Screen);
        using var attended = new Attended(context, json || request.Detach, quiet, input: !request.Detach);
        var run = await context.Features.Runs.StartAsync(request, attended.Streams, attended.Progress, cancellation);
        attended.End();
        if (json) Json.Print(context.Screen, run);
        else if (request.Detach) await context.Screen.Out.WriteLineAsync(run.Id);
        if (!quiet && !json && !request.Detach) RunSummary.Write(context.Screen, run);
        return attended.ExitCode(run);
    }

    private static void Check(RunRequest request, bool json, Screen screen)
    {
        if (!request.Terminal) return;
        if (request.Detach) throw RefusalException.Bad("--tty and --detach exclude each other: a detached run has no terminal");
        if (json) throw RefusalException.Bad("--tty and --json exclude each other: both want standard output");
        if (screen.OutputWidth is null) throw RefusalException.Bad("--tty: standard output is not a terminal. Leave --tty out, or run it in one");
    }
}
