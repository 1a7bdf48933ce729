using System.CommandLine;
using System.CommandLine.Parsing;

namespace Glovebox.Cli.CommandLine;

/// <summary>Says what is wrong with a command line, and what was probably meant.</summary>
internal static class ParseErrors
{
    /// <param name="words">What was parsed.</param>
    /// <returns>Null when nothing is wrong.</returns>
    public static string? Describe(ParseResult parse, IEnumerable<string> words)
    {
        var (result, command) = (parse.CommandResult, parse.CommandResult.Command);
        var problem = UnknownOption(parse, command) ?? Unmatched(parse, command) ?? NoVerb(command) ?? FlagWithValue(words, command) ?? Missing(parse, command)
            ?? (parse.Errors is [var first, ..] ? first.Message : null);
        if (problem is null) return null;
        var usage = command is Verb verb ? $"Usage: {Path(result)} {verb.Usage}\n" : "";
        return $"{problem}\n{usage}See '{Path(result)} --help'";
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
        if (command.Subcommands.Count > 0) return Unknown("command", word, [.. command.Subcommands.Select(sub => sub.Name)]);
        return $"unexpected '{word}'";
    }

    private static string? NoVerb(Command command) => command is Verb
        ? null
        : $"{command.Name} needs a command: {string.Join(", ", command.Subcommands.Select(sub => sub.Name))}";

    /// <summary>The parser would take the value for the next argument.</summary>
    private static string? FlagWithValue(IEnumerable<string> words, Command command)
    {
        foreach (var word in words.TakeWhile(word => word != "--"))
            if (word.IndexOf('=') is > 0 and var equals && command.Options.Any(option => option is Flag && option.Name == word[..equals]))
                return $"{word[..equals]} takes no value";
        return null;
    }

    private static string? Missing(ParseResult parse, Command command)
    {
        foreach (var option in command.Options)
        {
            var result = parse.GetResult(option);
            if (option.Required && result is null or { Implicit: true }) return $"{option.Name} {option.HelpName} is missing";
            if (result is { Implicit: false, Tokens.Count: 0 } && option.Arity.MinimumNumberOfValues > 0) return $"{option.Name} needs a value: {option.HelpName}";
            if (result is not null && result.IdentifierTokenCount > 1 && option.Arity.MaximumNumberOfValues == 1) return $"{option.Name} is given twice";
        }

        foreach (var argument in command.Arguments)
            if (argument.Arity.MinimumNumberOfValues > (parse.GetResult(argument)?.Tokens.Count ?? 0)) return $"{argument.Name} is missing";
        return null;
    }

    private static string Unknown(string what, string word, IReadOnlyCollection<string> known) =>
        Suggestion.For(word, known) is { } near
            ? $"unknown {what} '{word}': did you mean '{near}'?"
            : $"unknown {what} '{word}'";

    private static List<string> OptionNames(CommandResult result) =>
        [.. result.Command.Options.SelectMany(option => option.Aliases.Prepend(option.Name)), "--help", "--version"];
}
