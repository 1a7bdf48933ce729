using System.CommandLine;
using Glovebox.Cli.Output;
using Glovebox.Home;

namespace Glovebox.Cli.CommandLine;

/// <summary>From words to an exit code: parse, help or act, and one place that catches.</summary>
internal static class Entry
{
    /// <summary>A name that starts with '@' is a name, not a file of more arguments.</summary>
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    public static async Task<int> RunAsync(string[] args)
    {
        using var screen = Screen.OfProcess();
        using var interrupts = Interrupts.Listening();
        try
        {
            var features = new Composition(GloveboxHome.FromEnvironment());
            var context = new CommandContext(
                features, screen, TimeProvider.System, Directory.GetCurrentDirectory(), Environment.GetEnvironmentVariable, interrupts);
            return await RunAsync(args, context);
        }
        catch (Exception exception)
        {
            return Failures.Report(exception, screen, interrupts.ExitCode);
        }
    }

    internal static async Task<int> RunAsync(string[] args, CommandContext context)
    {
        var screen = context.Screen;
        try
        {
            var code = await DispatchAsync(args, context);
            screen.Flush();
            return code;
        }
        catch (Exception exception)
        {
            return Failures.Report(exception, screen, context.Interrupts.ExitCode);
        }
    }

    private static async Task<int> DispatchAsync(string[] args, CommandContext context)
    {
        // `help runs ls` is `runs ls --help`; nothing at all is a wish for help too.
        if (args is ["help", ..]) args = [.. args[1..], "--help"];
        if (args.Length == 0) args = ["--help"];
        var root = CommandTree.Create(context, args[0]);
        if (root.Subcommands is [Verb { TakesCommand: true } only]) args = ArgumentSplit.BeforeCommand(args, only, root.Options);

        var parse = root.Parse(args, Parsing);
        var command = parse.CommandResult.Command;
        if (parse.GetValue(root.Help) && parse.UnmatchedTokens.Count == 0)
        {
            HelpText.Write(context.Screen.Out, parse.CommandResult);
            return ExitCode.Success;
        }

        if (ParseErrors.Describe(parse) is { } problem)
        {
            context.Screen.Complain(problem);
            return ExitCode.Bad;
        }

        return await ((Verb)command).Act(parse, context.Interrupts.Token);
    }
}
