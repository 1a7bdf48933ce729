using System.CommandLine;
using Glovebox.Api;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Completion;

/// <summary><c>glovebox completion</c>: prints a script for a shell; the script asks back for the words.</summary>
internal static class CompletionCommand
{
    public static Verb Create(CommandContext context)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        var line = new Argument<string?>("LINE") { Arity = ArgumentArity.ZeroOrOne, Hidden = true };
        var position = new Argument<string?>("POSITION") { Arity = ArgumentArity.ZeroOrOne, Hidden = true };
        var verb = new Verb("completion", "Print the completion script of a shell")
        {
            Usage = "bash|zsh|fish",
            Examples =
            [
                ("source <(glovebox completion bash)", "In ~/.bashrc"),
                ("glovebox completion fish | source", "In ~/.config/fish/config.fish"),
            ],
        };
        verb.Add(shell);
        verb.Add(line);
        verb.Add(position);
        verb.Act = (parse, _) =>
        {
            var name = parse.GetRequiredValue(shell);
            if (name == "words") Words(context, parse.GetValue(line) ?? "", parse.GetValue(position));
            else context.Screen.Out.Write(Script(name));
            return Task.FromResult(ExitCode.Success);
        };
        return verb;
    }

    private static void Words(CommandContext context, string line, string? position)
    {
        var at = position is null ? line.Length : Math.Min(Numbers.Whole("POSITION", position, 0), line.Length);
        foreach (var item in CommandTree.Create(context, null).Parse(line).GetCompletions(at))
            context.Screen.Out.WriteLine(item.Label);
    }

    private static string Script(string shell) => shell switch
    {
        "bash" => """
            _glovebox() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$("$1" completion words -- "$COMP_LINE" "$COMP_POINT" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _glovebox glovebox

            """,
        "zsh" => """
            _glovebox() {
                local -a words_found
                words_found=("${(@f)$("${words[1]}" completion words -- "$BUFFER" "$CURSOR" 2>/dev/null)}")
                compadd -a words_found || _files
            }
            compdef _glovebox glovebox

            """,
        "fish" => """
            complete -c glovebox -a '(glovebox completion words -- (commandline -cp) 2>/dev/null)'

            """,
        _ => throw RefusalException.Bad($"completion '{shell}': give bash, zsh or fish"),
    };
}
