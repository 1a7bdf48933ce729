using System.CommandLine;

namespace Glovebox.Cli.CommandLine;

/// <summary>
/// Finds where options end and the command begins, as docker does it: at the first word that is no option. There it puts <c>--</c>,
/// so that <c>glovebox run train.py --lr 0.1 -m x</c> passes <c>--lr</c> and <c>-m</c> on to train.py.
/// </summary>
internal static class ArgumentSplit
{
    /// <param name="args">Everything after <c>glovebox</c>; the first word names <paramref name="verb"/>.</param>
    public static string[] BeforeCommand(string[] args, Verb verb, IEnumerable<Option> shared)
    {
        var options = verb.Options.Concat(shared).ToList();
        for (var i = 1; i < args.Length; i++)
        {
            if (args[i] == "--") return args;
            if (args[i].Length < 2 || args[i][0] != '-') return [.. args[..i], "--", .. args[i..]];
            if (TakesNextWord(args[i], options, args.ElementAtOrDefault(i + 1))) i++;
        }

        return args;
    }

    private static bool TakesNextWord(string word, List<Option> options, string? next)
    {
        var option = options.Find(option => option.Name == word || option.Aliases.Contains(word));
        if (option is OptionalText optional) return next is not null && optional.IsValue(next);
        if (option is not null) return option.Arity.MaximumNumberOfValues > 0;
        // Flags in one word, such as -dq or -de NAME: the last letter decides.
        return word is ['-', not '-', _, ..] && !word.Contains('=')
            && options.Exists(option => option.Arity.MaximumNumberOfValues > 0 && option.Aliases.Contains($"-{word[^1]}"))
            && word[1..^1].All(letter => options.Exists(option => option.Arity.MaximumNumberOfValues == 0 && option.Aliases.Contains($"-{letter}")));
    }
}
