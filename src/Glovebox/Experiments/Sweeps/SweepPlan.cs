using System.Text.Json;
using System.Text.Json.Serialization;
using Glovebox.Api;
using Glovebox.Api.Runs;
using Glovebox.Files;
using Glovebox.Home;

namespace Glovebox.Experiments.Sweeps;

/// <summary>A sweep with everything resolved, as it is kept in the home: what is done of it, its runs say.</summary>
/// <param name="Run">What each point runs, its secrets left out.</param>
/// <param name="Secrets">Their names.</param>
/// <param name="Points">Each a list of <c>NAME=VALUE</c>.</param>
internal sealed record SweepPlan(
    string Id, RunRequest Run, IReadOnlyList<string> Secrets, IReadOnlyList<IReadOnlyList<string>> Points, long? Seed, int Jobs, int? MaxFailures)
{
    private const int Private = 0x180;

    public void Save(GloveboxHome home)
    {
        Directory.CreateDirectory(home.Sweeps);
        AtomicFile.Write(Path.Combine(home.Sweeps, Id + ".json"), JsonSerializer.SerializeToUtf8Bytes(this, SweepJson.Default.SweepPlan), Private, durable: true);
    }

    /// <param name="part">Any unique part of a sweep's id.</param>
    public static SweepPlan Load(GloveboxHome home, string part)
    {
        string[] ids = Directory.Exists(home.Sweeps)
            ? [.. Directory.EnumerateFiles(home.Sweeps, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!).Where(id => id.Contains(part, StringComparison.Ordinal))]
            : [];
        if (part.Length < 4 || ids.Length == 0) throw RefusalException.NotFound($"no sweep '{part}'; 'glovebox runs ls' shows the runs of sweeps by their tags");
        if (ids.Length > 1) throw RefusalException.Conflict($"'{part}' is part of several sweeps: {string.Join(", ", ids)}; give more of it");
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(home.Sweeps, ids[0] + ".json")), SweepJson.Default.SweepPlan)!;
        }
        catch (JsonException error)
        {
            throw RefusalException.Unable($"the plan of sweep {ids[0]} is damaged ({error.Message}); start the sweep anew");
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SweepPlan))]
internal sealed partial class SweepJson : JsonSerializerContext;
