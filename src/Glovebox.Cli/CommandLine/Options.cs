using System.CommandLine;

namespace Glovebox.Cli.CommandLine;

/// <summary>The three kinds of option there are. Values are text, parsed by the verb: so a refusal can say what would have been right.</summary>
internal static class Options
{
    public static Option<string?> Text(string name, string? letter, string value, string description) =>
        Named(new Option<string?>(name, Letters(letter)), value, description);

    public static Option<string[]> Texts(string name, string? letter, string value, string description) =>
        Named(new Option<string[]>(name, Letters(letter)), value, $"{description} (repeatable)");

    public static Option<bool> Flag(string name, string? letter, string description) =>
        new(name, Letters(letter)) { Description = description, Arity = ArgumentArity.Zero };

    public static Option<bool> Json(string what) => Flag("--json", null, $"Print {what} as JSON");

    public static Option<bool> Quiet() => Flag("--quiet", "-q", "No progress and no summary line");

    private static string[] Letters(string? letter) => letter is null ? [] : [letter];

    private static TOption Named<TOption>(TOption option, string value, string description)
        where TOption : Option
    {
        option.HelpName = value;
        option.Description = description;
        return option;
    }
}
