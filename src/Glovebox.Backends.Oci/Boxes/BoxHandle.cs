using System.Text.Json;
using Glovebox.Api.Execution;
using Glovebox.Backends.Oci.Cgroups;
using Glovebox.Execution;
using Glovebox.Linux;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>A process that a later process must find again, safe against numbers that were given away anew.</summary>
/// <param name="StartedAt">See <see cref="ProcessWatch.StartOf"/>; 0 when unknown.</param>
internal readonly record struct ProcessName(int Pid, long StartedAt)
{
    public static readonly ProcessName Self = Of(Environment.ProcessId);

    public static ProcessName Of(int pid) => new(pid, ProcessWatch.StartOf(pid));

    /// <summary>Null when it is gone, or was never named.</summary>
    public ProcessWatch? Open() => StartedAt == 0 ? null : ProcessWatch.Open(Pid, StartedAt);
}

/// <summary>What another process needs to take over a box. Kept as <c>handle.json</c>, written whole or not at all.</summary>
internal sealed record BoxHandle
{
    public required string Id { get; init; }
    public required bool Detached { get; init; }

    /// <summary>The process that started the box.</summary>
    public required ProcessName Engine { get; init; }
    public ProcessName Init { get; init; }
    public ProcessName Monitor { get; init; }
    public required IReadOnlyList<string> Cgroups { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required Limits Limits { get; init; }
    public required TimeSpan Grace { get; init; }
    public required IReadOnlyList<string> CountedDirectories { get; init; }

    /// <summary>The work directories of the box's overlays, to be emptied after it.</summary>
    public required IReadOnlyList<string> WorkDirectories { get; init; }

    public DateTimeOffset? Deadline => Limits.Timeout is { } timeout ? StartedAt + timeout : null;

    /// <summary>The handle of a box of this process that does not run yet.</summary>
    public static BoxHandle Of(ExecutionRequest request, ICgroup cgroup, TimeProvider time) => new()
    {
        Id = request.Id,
        Detached = request.Detached,
        Engine = ProcessName.Self,
        Cgroups = cgroup.Directories,
        StartedAt = time.GetUtcNow(),
        Limits = request.Limits,
        Grace = request.Grace,
        CountedDirectories = request.CountedDirectories,
        WorkDirectories =
        [
            .. request.Root.Work is { } work ? [work] : Array.Empty<string>(),
            .. request.Mounts.OfType<OverlayMount>().Select(mount => mount.Work),
        ],
    };

    public void Save(string path)
    {
        var unfinished = path + ".new";
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        using (var json = new Utf8JsonWriter(file)) Write(json);
        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Null when there is none.</summary>
    public static BoxHandle? Load(string path)
    {
        byte[] text;
        try
        {
            text = File.ReadAllBytes(path);
        }
        catch (IOException)
        {
            return null;
        }
        using var document = JsonDocument.Parse(text);
        var json = document.RootElement;
        return new BoxHandle
        {
            Id = json.GetProperty("id").GetString()!,
            Detached = json.GetProperty("detached").GetBoolean(),
            Engine = Process(json, "engine"),
            Init = Process(json, "init"),
            Monitor = Process(json, "monitor"),
            Cgroups = Strings(json, "cgroups"),
            StartedAt = json.GetProperty("startedAt").GetDateTimeOffset(),
            Grace = TimeSpan.FromSeconds(json.GetProperty("grace").GetDouble()),
            CountedDirectories = Strings(json, "counted"),
            WorkDirectories = Strings(json, "work"),
            Limits = new Limits(
                Number(json, "memoryBytes"), Cpus: null, Pids: null, Number(json, "diskBytes"),
                json.TryGetProperty("timeout", out var seconds) ? TimeSpan.FromSeconds(seconds.GetDouble()) : null),
        };
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteBoolean("detached", Detached);
        Write(json, "engine", Engine);
        Write(json, "init", Init);
        Write(json, "monitor", Monitor);
        Write(json, "cgroups", Cgroups);
        json.WriteString("startedAt", StartedAt);
        json.WriteNumber("grace", Grace.TotalSeconds);
        Write(json, "counted", CountedDirectories);
        Write(json, "work", WorkDirectories);
        if (Limits.MemoryBytes is { } memory) json.WriteNumber("memoryBytes", memory);
        if (Limits.DiskBytes is { } disk) json.WriteNumber("diskBytes", disk);
        if (Limits.Timeout is { } timeout) json.WriteNumber("timeout", timeout.TotalSeconds);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, ProcessName process)
    {
        json.WriteStartArray(name);
        json.WriteNumberValue(process.Pid);
        json.WriteNumberValue(process.StartedAt);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static ProcessName Process(JsonElement json, string name)
    {
        var pair = json.GetProperty(name);
        return new ProcessName(pair[0].GetInt32(), pair[1].GetInt64());
    }

    private static string[] Strings(JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(value => value.GetString()!)];

    private static long? Number(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetInt64() : null;
}
