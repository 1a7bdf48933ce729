using System.CommandLine;

namespace Glovebox.Cli.CommandLine;

/// <summary>The three kinds of option there are. Values are text, parsed by the verb: so a refusal can say what would have been right.</summary>
internal static class Options
{
    public static Option<string?> Text(string name, string? letter, string value, string description) =>
        Named(new Option<string?>(name, Letters(letter)), value, description);

    public static Option<string[]> Texts(string name, string? letter, string value, string description) =>
        Named(new Option<string[]>(name, Letters(letter)), value, $"{description} (repeatable)");

    /// <summary>An option that may stand alone.</summary>
    /// <param name="isValue">Whether the word after it is its value; else the word is somebody else's.</param>
    public static OptionalText OptionalText(string name, string value, string description, Predicate<string> isValue) =>
        Named(new OptionalText(name, isValue), value, description);

    public static Flag Flag(string name, string? letter, string description) => new(name, Letters(letter)) { Description = description };

    public static Flag Json(string what) => Flag("--json", null, $"Print {what} as JSON");

    public static Flag Quiet() => Flag("--quiet", "-q", "No progress and no summary line");

    public static bool Has(this ParseResult parse, Flag flag) => parse.GetResult(flag) is not null;

    private static string[] Letters(string? letter) => letter is null ? [] : [letter];

    private static TOption Named<TOption>(TOption option, string value, string description)
        where TOption : Option
    {
        option.HelpName = value;
        option.Description = description;
        return option;
    }
}

/// <summary>An option whose value may be left out.</summary>
internal sealed class OptionalText : Option<string?>
{
    public OptionalText(string name, Predicate<string> isValue)
        : base(name) => (IsValue, Arity) = (isValue, ArgumentArity.ZeroOrOne);

    public Predicate<string> IsValue { get; }
}

/// <summary>An option that takes no value. As text, because generics over bool would be compiled anew at every start.</summary>
internal sealed class Flag : Option<string?>
{
    public Flag(string name, params string[] aliases)
        : base(name, aliases) => Arity = ArgumentArity.Zero;
}
