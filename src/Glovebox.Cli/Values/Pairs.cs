using Glovebox.Api;

namespace Glovebox.Cli.Values;

/// <summary><c>K=V</c> as users type it. The value is everything after the first '='.</summary>
internal static class Pairs
{
    /// <exception cref="RefusalException">No '=', or no name before it.</exception>
    public static (string Name, string Value) Parse(string option, string text)
    {
        var equals = text.IndexOf('=');
        if (equals > 0) return (text[..equals], text[(equals + 1)..]);
        throw RefusalException.Bad($"{option} '{text}': give NAME=VALUE");
    }

    /// <exception cref="RefusalException">A pair is wrong, or a name is given twice.</exception>
    public static Dictionary<string, string> ParseAll(string option, IReadOnlyList<string> texts)
    {
        var pairs = new Dictionary<string, string>(texts.Count);
        foreach (var text in texts)
        {
            var (name, value) = Parse(option, text);
            if (!pairs.TryAdd(name, value)) throw RefusalException.Bad($"{option} {name}: given twice. Give it once");
        }

        return pairs;
    }

    /// <summary>Values of variables that are given by name, from the caller's environment.</summary>
    /// <exception cref="RefusalException">One of them is not set.</exception>
    public static Dictionary<string, string> FromEnvironment(string option, IReadOnlyList<string> names, Func<string, string?> variable)
    {
        var values = new Dictionary<string, string>(names.Count);
        foreach (var name in names)
        {
            if (name.Contains('='))
                throw RefusalException.Bad($"{option}: give the name alone ({name[..name.IndexOf('=')]}). The value comes from your environment, where no history keeps it");
            values[name] = variable(name)
                ?? throw RefusalException.Bad($"{option} {name}: not set in your environment. Set it first: export {name}=…");
        }

        return values;
    }
}
