using System.Text;
using System.Text.Json;
using Glovebox.Api.Runs;

namespace Glovebox.Storage.Sqlite.Runs;

/// <summary>
/// Writes a run's record as the serializer would (a test compares the two), by hand: the serializer's generic code is compiled anew at every
/// start of the program, which costs a short run more than everything else of its record.
/// </summary>
internal static class RunDocument
{
    public static string Write(Run run)
    {
        using var bytes = new MemoryStream(2048);
        using (var json = new Utf8JsonWriter(bytes)) Write(json, run);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void Write(Utf8JsonWriter json, Run run)
    {
        json.WriteStartObject();
        json.WriteString("id", run.Id);
        json.WriteString("status", Snake(run.Status.ToString()));
        WriteText(json, "failureClass", run.FailureClass is { } failure ? Snake(failure.ToString()) : null);
        WriteNumber(json, "exitCode", run.ExitCode);
        WriteText(json, "error", run.Error);
        WriteTexts(json, "command", run.Command);
        WriteTexts(json, "argv", run.Argv);
        json.WritePropertyName("params");
        run.Params.WriteTo(json);
        json.WritePropertyName("metrics");
        run.Metrics.WriteTo(json);
        json.WriteStartObject("environment");
        json.WriteString("name", run.Environment.Name);
        json.WriteString("digest", run.Environment.Digest);
        json.WriteEndObject();
        json.WriteString("image", run.Image);
        json.WriteString("backend", run.Backend);
        json.WriteStartObject("variables");
        foreach (var (name, value) in run.Variables) json.WriteString(name, value);
        json.WriteEndObject();
        WriteTexts(json, "secrets", run.Secrets);
        json.WriteString("network", Snake(run.Network.ToString()));
        json.WriteBoolean("live", run.Live);
        json.WriteBoolean("gpu", run.Gpu);
        WriteLimits(json, run.Limits);
        json.WriteString("project", run.Project);
        json.WriteString("workingDirectory", run.WorkingDirectory);
        json.WriteString("tree", run.Tree);
        WriteText(json, "treeAfter", run.TreeAfter);
        json.WriteString("startedAt", run.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        WriteNumber(json, "durationSeconds", run.DurationSeconds);
        WriteUsage(json, run);
        WriteTexts(json, "declaredOutputs", run.DeclaredOutputs);
        WriteOutputs(json, run.Outputs);
        json.WriteBoolean("applied", run.Applied);
        WriteTexts(json, "notApplied", run.NotApplied);
        json.WriteNumber("stdoutBytes", run.StdoutBytes);
        json.WriteNumber("stderrBytes", run.StderrBytes);
        WriteGit(json, run.Git);
        WriteHost(json, run.Host);
        WriteText(json, "message", run.Message);
        WriteTexts(json, "tags", run.Tags);
        WriteText(json, "rerunOf", run.RerunOf);
        json.WritePropertyName("config");
        run.Config.WriteTo(json);
        WriteText(json, "series", run.Series);
        json.WriteBoolean("aside", run.Aside);
        WriteText(json, "sweep", run.Sweep);
        json.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter json, RunLimits limits)
    {
        json.WriteStartObject("limits");
        WriteNumber(json, "memoryBytes", limits.MemoryBytes);
        WriteNumber(json, "cpus", limits.Cpus);
        WriteNumber(json, "pids", limits.Pids);
        WriteNumber(json, "diskBytes", limits.DiskBytes);
        WriteNumber(json, "timeoutSeconds", limits.TimeoutSeconds);
        json.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter json, Run run)
    {
        if (run.Usage is not { } usage)
        {
            json.WriteNull("usage");
            return;
        }

        json.WriteStartObject("usage");
        WriteNumber(json, "cpuSeconds", usage.CpuSeconds);
        WriteNumber(json, "peakMemoryBytes", usage.PeakMemoryBytes);
        json.WriteEndObject();
    }

    private static void WriteOutputs(Utf8JsonWriter json, IReadOnlyList<RunOutput> outputs)
    {
        json.WriteStartArray("outputs");
        foreach (var output in outputs)
        {
            json.WriteStartObject();
            json.WriteString("path", output.Path);
            json.WriteString("change", output.Change);
            json.WriteString("kind", output.Kind);
            json.WriteNumber("size", output.Size);
            WriteText(json, "sha256", output.Sha256);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteGit(Utf8JsonWriter json, RunGit? git)
    {
        if (git is null)
        {
            json.WriteNull("git");
            return;
        }

        json.WriteStartObject("git");
        WriteText(json, "commit", git.Commit);
        WriteText(json, "branch", git.Branch);
        json.WriteBoolean("dirty", git.Dirty);
        json.WriteEndObject();
    }

    private static void WriteHost(Utf8JsonWriter json, RunHost host)
    {
        json.WriteStartObject("host");
        json.WriteString("name", host.Name);
        json.WriteString("kernel", host.Kernel);
        json.WriteString("architecture", host.Architecture);
        json.WriteString("cpuModel", host.CpuModel);
        json.WriteNumber("cpus", host.Cpus);
        json.WriteNumber("memoryBytes", host.MemoryBytes);
        WriteTexts(json, "gpus", host.Gpus);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is null) json.WriteNull(name);
        else json.WriteString(name, text);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
