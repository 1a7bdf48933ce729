using System.CommandLine;
using System.CommandLine.Parsing;

namespace Glovebox.Cli.CommandLine;

/// <summary>Says what is wrong with a command line, and what was probably meant.</summary>
internal static class ParseErrors
{
    /// <returns>Null when nothing is wrong.</returns>
    public static string? Describe(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        var problem = UnknownOption(parse, command) ?? Unmatched(parse, command) ?? Missing(command) ?? (parse.Errors is [var first, ..] ? first.Message : null);
        return problem is null ? null : $"{problem}\nSee '{Path(parse.CommandResult)} --help'";
    }

    /// <summary>The words that lead to a command: <c>glovebox runs ls</c>.</summary>
    public static string Path(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{Path(parent)} {result.Command.Name}" : result.Command.Name;

    /// <summary>The parser takes <c>--jsn</c> for an argument where one is free; a user never means that, unless after <c>--</c>.</summary>
    private static string? UnknownOption(ParseResult parse, Command command)
    {
        var words = parse.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)
            .Where(token => token.Type == TokenType.Argument && token.Value is ['-', _, ..]).ToHashSet();
        if (words.Count == 0) return null;
        var arguments = command.Arguments.SelectMany(argument => parse.GetResult(argument)?.Tokens ?? []);
        var unknown = arguments.FirstOrDefault(words.Contains)?.Value;
        return unknown is null ? null : Unknown("option", unknown, OptionNames(parse.CommandResult));
    }

    private static string? Unmatched(ParseResult parse, Command command)
    {
        if (parse.UnmatchedTokens.Count == 0) return null;
        var word = parse.UnmatchedTokens[0];
        if (word is ['-', _, ..]) return Unknown("option", word, OptionNames(parse.CommandResult));
        if (command.Subcommands.Count > 0) return Unknown("command", word, command.Subcommands.Select(sub => sub.Name));
        return $"unexpected '{word}'";
    }

    private static string? Missing(Command command) => command is Verb
        ? null
        : $"{command.Name} needs a command: {string.Join(", ", command.Subcommands.Select(sub => sub.Name))}";

    private static string Unknown(string what, string word, IEnumerable<string> known) =>
        Suggestion.For(word, known) is { } near
            ? $"unknown {what} '{word}': did you mean '{near}'?"
            : $"unknown {what} '{word}'";

    private static IEnumerable<string> OptionNames(CommandResult result) =>
        result.Command.Options.SelectMany(option => option.Aliases.Prepend(option.Name)).Concat(["--help", "--version"]);
}
