using System.Text.Json;
using Glovebox.Files;
using Glovebox.Values;

namespace Glovebox.Runs.Tracking;

/// <summary>
/// Reads the file to which the tools of a box append: one JSON object a line. A line that is not one is passed over, and so is a last line
/// without its end: its writer was killed. The file is the box's, so nothing is believed of it: neither its size nor that it is a file.
/// </summary>
internal static class ReportLog
{
    public const string FileName = "log.jsonl";

    private const long MostBytes = 256L << 20;
    private const int LongestLine = 1 << 20;

    /// <param name="folder">The box's folder of reports, as a directory of the host.</param>
    /// <param name="root">The tree as the box sees it, with which artifacts are named.</param>
    public static void Read(Folder folder, string root, Report report)
    {
        using var handle = folder.TryOpenFile(System.Text.Encoding.ASCII.GetBytes(FileName), out _);
        if (handle is null || FileContent.Stat(handle, FileName).Kind != FileKind.File) return;
        using var file = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        var buffer = new byte[LongestLine];
        var (filled, total, skipping) = (0, 0L, false);
        while (total < MostBytes)
        {
            var count = file.Read(buffer, filled, buffer.Length - filled);
            if (count == 0) return;
            (filled, total) = (filled + count, total + count);
            var start = 0;
            for (int end; (end = Array.IndexOf(buffer, (byte)'\n', start, filled - start)) >= 0; start = end + 1)
            {
                if (!skipping) Line(buffer.AsMemory(start, end - start), root, report);
                skipping = false;
            }

            // A line longer than the buffer is nobody's: what follows it counts again.
            if (start == 0 && filled == buffer.Length) (filled, skipping) = (0, true);
            else
            {
                buffer.AsSpan(start, filled - start).CopyTo(buffer);
                filled -= start;
            }
        }
    }

    private static void Line(ReadOnlyMemory<byte> line, string root, Report report)
    {
        if (line.Length < 2 || line.Span[0] != '{') return;
        try
        {
            using var document = JsonDocument.Parse(line);
            Entry(document.RootElement, root, report);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // Not written by our tools, or broken on the way: the next line may be good.
        }
    }

    private static void Entry(JsonElement entry, string root, Report report)
    {
        var time = entry.TryGetProperty("time", out var at) && at.TryGetInt64(out var milliseconds) ? milliseconds : 0;
        if (entry.TryGetProperty("words", out var words)) Words(entry, words, time, report);
        if (entry.TryGetProperty("metrics", out var metrics))
            Scalars.Flatten(metrics, "", (name, value) => report.AddMetric(name, value, StepOf(entry), time));
        if (entry.TryGetProperty("config", out var config)) Scalars.Flatten(config, "", report.AddConfig);
        if (entry.TryGetProperty("artifact", out var artifact) && Below(root, artifact.GetString()!) is { } path) report.AddArtifact(path);
        if (entry.TryGetProperty("tags", out var tags))
            foreach (var tag in tags.EnumerateArray()) report.AddTag(tag.GetString()!);
    }

    /// <summary>From the shell: values as words, typed here as those of <c>--param</c>.</summary>
    private static void Words(JsonElement entry, JsonElement words, long time, Report report)
    {
        var isConfig = entry.TryGetProperty("kind", out var kind) && kind.ValueEquals("config");
        foreach (var word in words.EnumerateArray())
        {
            var pair = word.GetString()!;
            var at = pair.IndexOf('=');
            if (at <= 0) continue;
            var value = ParamValues.Scalar(pair[(at + 1)..]);
            if (isConfig) report.AddConfig(pair[..at], value);
            else report.AddMetric(pair[..at], Infinity(value), StepOf(entry), time);
        }
    }

    private static System.Text.Json.Nodes.JsonValue? Infinity(System.Text.Json.Nodes.JsonValue? value)
    {
        if (value is null || !value.TryGetValue<string>(out var text)) return value;
        return text.ToLowerInvariant() switch
        {
            "nan" or "-nan" => Scalars.Of(double.NaN),
            "inf" or "+inf" or "infinity" => Scalars.Of(double.PositiveInfinity),
            "-inf" or "-infinity" => Scalars.Of(double.NegativeInfinity),
            _ => value,
        };
    }

    private static double? StepOf(JsonElement entry)
    {
        if (!entry.TryGetProperty("step", out var step)) return null;
        if (step.ValueKind == JsonValueKind.Number) return step.GetDouble();
        return step.ValueKind == JsonValueKind.String && double.TryParse(step.GetString(), out var number) && double.IsFinite(number) ? number : null;
    }

    private static string? Below(string root, string path)
    {
        var relative = Path.GetRelativePath(root, Path.GetFullPath(path, root));
        return relative == "." || relative == ".." || relative.StartsWith("../", StringComparison.Ordinal) || relative.Length > 4096 ? null : relative;
    }
}
