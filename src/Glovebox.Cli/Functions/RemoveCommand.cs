using System.CommandLine;
using System.Globalization;
using Glovebox.Api;
using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Functions;

/// <summary><c>glovebox function rm</c>: functions, and versions as <c>NAME@VERSION</c>.</summary>
internal static class RemoveCommand
{
    public static Verb Create(CommandContext context)
    {
        var server = new FunctionServer(context);
        var names = new Argument<string[]>("NAME") { Arity = ArgumentArity.OneOrMore, Description = "Functions, or versions: NAME@VERSION" };
        var verb = new Verb("rm", "Remove functions with their versions, aliases and calls, or single versions") { Usage = "NAME|NAME@VERSION..." };
        verb.Add(names);
        server.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var functions = server.Of(parse);
            var wanted = parse.GetRequiredValue(names).Distinct().Select(Split).ToList();
            // All are looked up first: a mistyped name removes nothing.
            foreach (var (_, name, version) in wanted)
            {
                var versions = await functions.VersionsAsync(name, cancellation);
                if (version is not null && versions.All(one => one.Version != version)) throw RefusalException.NotFound($"function '{name}' has no version {version}");
            }

            foreach (var (text, name, version) in wanted)
            {
                await (version is { } one ? functions.RemoveVersionAsync(name, one, cancellation) : functions.RemoveAsync(name, cancellation));
                await context.Screen.Out.WriteLineAsync(text);
            }

            return ExitCode.Success;
        };
        return verb;
    }

    private static (string Text, string Name, int? Version) Split(string text)
    {
        var at = text.IndexOf('@');
        if (at < 0) return (text, text, null);
        return int.TryParse(text[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? (text, text[..at], version)
            : throw RefusalException.Bad($"'{text}': give NAME or NAME@VERSION, such as dice@3");
    }
}
