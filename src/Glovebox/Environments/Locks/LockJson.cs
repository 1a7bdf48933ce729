using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Glovebox.Api.Environments;
using Glovebox.Images;

namespace Glovebox.Environments.Locks;

/// <summary>
/// A lock as JSON. Packages and files are one string each, so that a lock file has one a line:
/// <c>NAME VERSION ARCHITECTURE DIGEST</c> ('-' for what is not there) and <c>MODE DIGEST PATH</c> or <c>MODE -&gt;TARGET PATH</c> with
/// spaces of the target as %20.
/// </summary>
internal static class LockJson
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The one form that the digest is taken of: fixed key order, no spaces.</summary>
    public static byte[] Canonical(EnvironmentLock environment)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Compact)) Write(json, environment);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The canonical form of one step, part of what its layer is known by.</summary>
    public static byte[] Canonical(LockedStep step)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Compact)) Write(json, step);
        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(Utf8JsonWriter json, EnvironmentLock environment)
    {
        json.WriteStartObject();
        json.WriteString("base", environment.Base);
        json.WriteString("architecture", environment.Architecture);
        if (environment.WorkingDirectory is { } directory) json.WriteString("workdir", directory);
        if (environment.User is { } user) json.WriteString("user", user);
        if (environment.Variables.Count > 0) WriteMap(json, "env", environment.Variables);
        json.WriteStartArray("steps");
        foreach (var step in environment.Steps) Write(json, step);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteMap(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> map)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, LockedStep step)
    {
        json.WriteStartObject();
        json.WriteString("kind", step.Kind);
        WriteList(json, "arguments", step.Arguments);
        if (step.Result is { } result) json.WriteString("result", result.ToString());
        if (step.Packages.Count > 0) json.WriteString("distribution", step.Packages[0].Distribution);
        WriteList(
            json, "packages",
            [.. step.Packages.Select(package => $"{package.Name} {package.Version} {package.Architecture ?? "-"} "
                + $"{package.Digest ?? "-"}")]);
        WriteList(json, "files", [.. step.Files.Select(file =>
            $"{Convert.ToString(file.Mode, 8).PadLeft(4, '0')} {file.Content?.ToString() ?? "->" + Uri.EscapeDataString(file.Target!)} "
            + $"{file.Path}")]);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        if (values.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    /// <exception cref="FormatException">Not a lock.</exception>
    public static EnvironmentLock Read(JsonElement json)
    {
        try
        {
            return new EnvironmentLock(
                Text(json, "base") ?? throw new FormatException("no base"), Text(json, "architecture")
                    ?? throw new FormatException("no architecture"),
                [.. json.GetProperty("steps").EnumerateArray().Select(ReadStep)], ReadMap(json, "env"), Text(json, "workdir"),
                    Text(json, "user"));
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or KeyNotFoundException or OverflowException or ArgumentException)
        {
            throw new FormatException(wrong.Message, wrong);
        }
    }

    public static LockedStep ReadStep(JsonElement json)
    {
        var distribution = Text(json, "distribution") ?? "";
        return new LockedStep
        {
            Kind = Text(json, "kind") ?? throw new FormatException("a step without a kind"),
            Arguments = List(json, "arguments"),
            Result = Text(json, "result") is { } result ? ReadDigest(result) : null,
            Packages = [.. List(json, "packages").Select(text => ReadPackage(distribution, text))],
            Files = [.. List(json, "files").Select(ReadFile)],
        };
    }

    public static IReadOnlyDictionary<string, string> ReadMap(JsonElement json, string name)
    {
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (!json.TryGetProperty(name, out var element)) return map;
        foreach (var pair in element.EnumerateObject()) map[pair.Name] = pair.Value.GetString() ?? "";
        return map;
    }

    private static LockedPackage ReadPackage(string distribution, string text) =>
        text.Split(' ') is [var name, var version, var architecture, var digest]
            ? new LockedPackage(
                distribution, name, version, Present(architecture), Present(digest)) : throw new FormatException($"'{text}' is no package");

    private static LockedFile ReadFile(string text)
    {
        var words = text.Split(' ', 3);
        if (words.Length != 3) throw new FormatException($"'{text}' is no file");
        var mode = Convert.ToInt32(words[0], 8);
        return words[1].StartsWith("->", StringComparison.Ordinal)
            ? new LockedFile(
                words[2], null, mode, Uri.UnescapeDataString(words[1][2..])) : new LockedFile(words[2], ReadDigest(words[1]), mode);
    }

    private static Digest ReadDigest(string text) => Digest.Parse(text) ?? throw new FormatException($"'{text}' is no SHA-256");

    private static string? Present(string text) => text == "-" ? null : text;

    public static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static List<string> List(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(item => item.GetString() ?? "")] : [];
}
