using System.CommandLine;
using System.CommandLine.Parsing;

namespace Glovebox.Cli.CommandLine;

/// <summary>Help for one command: usage, options, examples; for the program also the exit codes.</summary>
internal static class HelpText
{
    public static void Write(TextWriter output, CommandResult result)
    {
        var command = result.Command;
        var path = ParseErrors.Path(result);
        output.WriteLine(command.Description);
        output.WriteLine();
        output.WriteLine($"Usage: {path} {(command is Verb verb ? verb.Usage : "COMMAND")}");
        WriteCommands(output, command);
        Section(output, "Options", command.Options.Where(option => !option.Hidden).Select(option => (OptionLabel(option), option.Description ?? "")));
        if (command is Verb { Notes: { } notes })
        {
            output.WriteLine();
            output.WriteLine(notes);
        }

        if (command is Verb { Examples: { Count: > 0 } examples }) Section(output, "Examples", examples);
        if (command is RootTree) WriteProgram(output);
        else output.WriteLine($"\nExit codes: see 'glovebox --help'");
    }

    private static void WriteCommands(TextWriter output, Command command)
    {
        if (command is RootTree)
        {
            var rows = command.Subcommands.Select(sub =>
                (sub.Subcommands.Count == 0 ? sub.Name : $"{sub.Name} {string.Join('|', sub.Subcommands.Select(verb => verb.Name))}", sub.Description ?? ""));
            Section(output, "Commands", rows.Append(("help [COMMAND]", "Show the help of a command")).Append(("version", "Show the version")));
        }
        else
        {
            Section(output, "Commands", command.Subcommands.Select(sub => (sub.Name, sub.Description ?? "")));
        }
    }

    private static string OptionLabel(Option option)
    {
        var names = string.Join(", ", option.Aliases.Append(option.Name));
        return option.HelpName is null ? names : $"{names} {option.HelpName}";
    }

    private static void WriteProgram(TextWriter output)
    {
        Section(output, "Examples",
        [
            ("glovebox run train.py --lr 0.1", "Run a script in the project's environment, and record it"),
            ("glovebox run -e host -- make test", "Run a command with this machine's own programs, sealed"),
            ("glovebox runs ls --where 'metrics.accuracy>0.9'", "Find runs"),
            ("glovebox rerun 3fa2 --verify", "Run it again from its record, and compare the outputs"),
            ("glovebox job submit nightly -e train --cron '0 2 * * *' -- python train.py", "Post work to the queue of 'glovebox serve'"),
        ]);
        Section(output, "Exit codes",
        [
            ("0", "It worked; for run and rerun: the command ended with 0"),
            ("1", "The answer is no: outputs differ, a check of doctor failed, a declared output is missing"),
            ("2", "The request is wrong"),
            ("3", "What it names does not exist"),
            ("4", "It contradicts what is there"),
            ("70", "A bug in Glovebox"),
            ("124", "The run reached its --timeout"),
            ("125", "The box could not start, or the machine cannot do it now"),
            ("126, 127", "The command is not executable, or not found"),
            ("130, 143, 129", "Cancelled by Ctrl-C, by TERM (or 'runs cancel'), or because the terminal closed"),
            ("137", "Killed: most often the memory limit"),
            ("141", "The reader of the output went away"),
            ("other", "The command's own"),
        ]);
        Section(output, "Environment variables",
        [
            ("GLOVEBOX_HOME", "Where Glovebox keeps everything (default ~/.local/share/glovebox)"),
            ("GLOVEBOX_SERVER", "The server whose queue the verbs of jobs and schedules use (as --server)"),
            ("GLOVEBOX_TOKEN", "The token for it"),
            ("GLOVEBOX_STORE", "Where the queue is kept: sqlite, or postgres:CONNECTION (as serve --store)"),
            ("NO_COLOR", "Any value: no colours"),
        ]);
    }

    private static void Section(TextWriter output, string title, IEnumerable<(string Left, string Right)> rows)
    {
        const int Widest = 34;
        var all = rows.ToList();
        if (all.Count == 0) return;
        var width = Math.Min(Widest, all.Max(row => row.Left.Length));
        output.WriteLine();
        output.WriteLine($"{title}:");
        foreach (var (left, right) in all)
        {
            if (left.Length <= width) output.WriteLine($"  {left.PadRight(width)}  {right}");
            else output.WriteLine($"  {left}\n  {"".PadRight(width)}  {right}");
        }
    }
}
