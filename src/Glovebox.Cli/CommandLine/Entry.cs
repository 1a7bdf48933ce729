using System.CommandLine;
using Glovebox.Cli.Composition;
using Glovebox.Cli.Output;
using Glovebox.Home;

namespace Glovebox.Cli.CommandLine;

/// <summary>From words to an exit code: parse, help or act, and one place that catches.</summary>
internal static class Entry
{
    /// <summary>A name that starts with '@' is a name, not a file of more arguments.</summary>
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    public static int Run(string[] args)
    {
        using var screen = Screen.OfProcess();
        using var interrupts = Interrupts.Listening();
        try
        {
            var features = new Features(GloveboxHome.FromEnvironment());
            return Run(args, new CommandContext(
                features, screen, TimeProvider.System, Directory.GetCurrentDirectory(), Environment.GetEnvironmentVariable, interrupts));
        }
        catch (Exception exception)
        {
            return Failures.Report(exception, screen, interrupts.ExitCode);
        }
    }

    /// <summary>Blocks on purpose: the main thread has nothing else to do, and every asynchronous method costs at start-up.</summary>
    internal static int Run(string[] args, CommandContext context)
    {
        try
        {
            var code = DispatchAsync(args, context).GetAwaiter().GetResult();
            context.Screen.Flush();
            return code;
        }
        catch (Exception exception)
        {
            return Failures.Report(exception, context.Screen, context.Interrupts.ExitCode);
        }
    }

    private static Task<int> DispatchAsync(string[] args, CommandContext context)
    {
        // `help runs ls` is `runs ls --help`; nothing at all is a wish for help too.
        if (args is ["help", ..]) args = [.. args[1..], "--help"];
        if (args.Length == 0) args = ["--help"];
        var root = CommandTree.Create(context, args[0]);
        if (root.Subcommands is [Verb { TakesCommand: true } only]) args = ArgumentSplit.BeforeCommand(args, only, root.Options);

        var parse = root.Parse(args, Parsing);
        if (parse.Has(root.Help) && parse.UnmatchedTokens.Count == 0)
        {
            HelpText.Write(context.Screen.Out, parse.CommandResult);
            return Task.FromResult(ExitCode.Success);
        }

        if (ParseErrors.Describe(parse, args) is { } problem)
        {
            context.Screen.Complain(problem);
            return Task.FromResult(ExitCode.Bad);
        }

        return ((Verb)parse.CommandResult.Command).Act(parse, context.Interrupts.Token);
    }
}
