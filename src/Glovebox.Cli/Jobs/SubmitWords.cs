using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Jobs;

/// <summary>What a job's options are made of.</summary>
internal static class SubmitWords
{
    public static T Choice<T>(string option, string? text)
        where T : struct, Enum
    {
        if (text is null) return default;
        return WireWords.Find<T>(text) ?? throw RefusalException.Bad($"{option} '{text}': give {string.Join(", ", WireWords.All<T>())}");
    }

    public static int Priority(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var priority)
        ? priority
        : throw RefusalException.Bad($"--priority '{text}': give a whole number, -1000 to 1000");

    /// <summary><c>exit_code=3,out_of_memory=1</c>; null when nothing was given.</summary>
    public static Dictionary<string, int>? Classes(IReadOnlyList<string> texts)
    {
        if (texts.Count == 0) return null;
        var pairs = Pairs.ParseAll("--retry-on", [.. texts.SelectMany(text => text.Split(','))]);
        return pairs.ToDictionary(pair => pair.Key, pair => Numbers.Whole($"--retry-on {pair.Key}", pair.Value, 0));
    }

    /// <summary><c>A</c> or <c>A,B</c>.</summary>
    public static (string First, string? Second) Pair(string option, string text, string mend) => text.Split(',') switch
    {
        [var first] => (first, null),
        [var first, var second] => (first, second),
        _ => throw RefusalException.Bad($"{option} '{text}': {mend}"),
    };

    /// <summary><c>NAME:ADDRESS</c>; an address may have colons of its own.</summary>
    public static Dictionary<string, string> Hosts(IReadOnlyList<string> texts)
    {
        var hosts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            if (text.Split(':', 2) is not [{ Length: > 0 } name, { Length: > 0 } address]) throw RefusalException.Bad($"--add-host '{text}': give NAME:ADDRESS, such as db:10.0.0.5");
            hosts[name] = address;
        }

        return hosts;
    }

    public static JobVolume Volume(string text) => text.Split(':') switch
    {
        [var source, var target] => new JobVolume(source, target),
        [var source, var target, "ro"] => new JobVolume(source, target, ReadOnly: true),
        [var source, var target, "rw"] => new JobVolume(source, target),
        _ => throw RefusalException.Bad($"--volume '{text}': give SOURCE:TARGET or SOURCE:TARGET:ro"),
    };

    public static JobFile File(string text, string directory)
    {
        var (local, path) = text.Split(':') switch
        {
            [var name] => (name, Path.GetFileName(name)),
            [var name, var target] => (name, target),
            _ => throw RefusalException.Bad($"--file '{text}': give FILE or FILE:PATH"),
        };
        var full = Path.GetFullPath(local, directory);
        try
        {
            var executable = System.IO.File.GetUnixFileMode(full).HasFlag(UnixFileMode.UserExecute);
            return new JobFile(path, System.IO.File.ReadAllBytes(full), executable);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw RefusalException.Bad($"--file '{text}': cannot be read: {failure.Message}");
        }
    }

    public static JobArray? Array(string? range, string? batch, string? parallel)
    {
        if (range is not null && batch is not null) throw RefusalException.Bad("--array and --batch exclude each other: give a range or values");
        int? most = parallel is null ? null : Numbers.Whole("--parallel", parallel, 1);
        if (range is not null) return Range(range, most);
        if (batch is not null) return new JobArray(null, null, [.. batch.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parameter)], most);
        return most is null ? null : throw RefusalException.Bad("--parallel is for --array and --batch: give one of them too");
    }

    /// <summary>Numbers, true, false and null are themselves; everything else is text.</summary>
    public static JsonObject Metadata(IReadOnlyList<string> pairs) => Scalars("--metadata", pairs);

    /// <summary>As <see cref="Metadata"/>, for another option.</summary>
    public static JsonObject Scalars(string option, IReadOnlyList<string> pairs)
    {
        var values = new JsonObject();
        foreach (var (name, value) in Pairs.ParseAll(option, pairs)) values[name] = Scalar(value);
        return values;
    }

    public static OutcomeTargets<T> Targets<T>(string option, IReadOnlyList<string> texts, Func<string, T> make)
    {
        var (succeeds, fails, finishes) = (new List<T>(), new List<T>(), new List<T>());
        foreach (var text in texts)
        {
            var (on, target) = text.Split('=', 2) is ["succeeds" or "fails" or "finishes", _] parts ? (parts[0], parts[1]) : ("finishes", text);
            if (target.Length == 0) throw RefusalException.Bad($"{option} '{text}': nothing behind the '='");
            (on switch { "succeeds" => succeeds, "fails" => fails, _ => finishes }).Add(make(target));
        }

        return new OutcomeTargets<T>(succeeds, fails, finishes);
    }

    private static JobArray Range(string text, int? most)
    {
        const NumberStyles Digits = NumberStyles.None;
        if (text.Split('-') is [var first, var last] && long.TryParse(first, Digits, CultureInfo.InvariantCulture, out var from)
            && long.TryParse(last, Digits, CultureInfo.InvariantCulture, out var to) && from <= to)
            return new JobArray(from, to, null, most);
        throw RefusalException.Bad($"--array '{text}': give FROM-TO, such as 1-100");
    }

    private static ArrayParameter Parameter(string text)
    {
        var (name, values) = Pairs.Parse("--batch", text);
        return new ArrayParameter(name, values.Split(','));
    }

    private static JsonNode? Scalar(string text)
    {
        try
        {
            var node = JsonNode.Parse(text);
            return node is JsonValue value && value.GetValueKind() != JsonValueKind.String ? node : node is null ? null : JsonValue.Create(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
