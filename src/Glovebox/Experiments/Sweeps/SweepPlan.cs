using System.Text.Json;
using System.Text.Json.Serialization;
using Glovebox.Api;
using Glovebox.Api.Experiments;
using Glovebox.Api.Runs;
using Glovebox.Files;
using Glovebox.Home;

namespace Glovebox.Experiments.Sweeps;

/// <summary>A sweep with everything resolved, as it is kept in the home: what is done of it, its runs say.</summary>
/// <param name="Run">What each point runs, its secrets left out.</param>
/// <param name="Secrets">Their names.</param>
/// <param name="Points">Each a list of <c>NAME=VALUE</c>.</param>
/// <param name="Spaces">What they were made of, as typed; null in plans of older versions.</param>
internal sealed record SweepPlan(
    string Id, RunRequest Run, IReadOnlyList<string> Secrets, IReadOnlyList<IReadOnlyList<string>> Points, long? Seed, int Jobs, int? MaxFailures,
    IReadOnlyList<string>? Spaces = null, int? Random = null)
{
    private const int Private = 0x180;

    public void Save(GloveboxHome home)
    {
        Directory.CreateDirectory(home.Sweeps);
        AtomicFile.Write(FileOf(home, Id), JsonSerializer.SerializeToUtf8Bytes(this, SweepJson.Default.SweepPlan), Private, durable: true);
    }

    /// <summary>The newest sweep that was asked for in the same words; null when there is none.</summary>
    public static SweepPlan? FindLike(GloveboxHome home, SweepRequest request) =>
        Ids(home).OrderByDescending(id => File.GetLastWriteTimeUtc(FileOf(home, id))).Select(id => Read(home, id)).FirstOrDefault(plan => plan.IsOf(request));

    /// <param name="part">Any unique part of a sweep's id.</param>
    public static SweepPlan Load(GloveboxHome home, string part)
    {
        string[] ids = [.. Ids(home).Where(id => id.Contains(part, StringComparison.Ordinal))];
        if (part.Length < 4 || ids.Length == 0) throw RefusalException.NotFound($"no sweep '{part}'; 'glovebox runs ls' shows the runs of sweeps by their tags");
        if (ids.Length > 1) throw RefusalException.Conflict($"'{part}' is part of several sweeps: {string.Join(", ", ids)}; give more of it");
        return Read(home, ids[0]);
    }

    /// <summary>The ids of all sweeps whose plans are here.</summary>
    public static IEnumerable<string> Ids(GloveboxHome home) => Directory.Exists(home.Sweeps)
        ? Directory.EnumerateFiles(home.Sweeps, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!)
        : [];

    public static string FileOf(GloveboxHome home, string id) => Path.Combine(home.Sweeps, id + ".json");

    private static SweepPlan Read(GloveboxHome home, string id)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(FileOf(home, id)), SweepJson.Default.SweepPlan)!;
        }
        catch (JsonException error)
        {
            throw RefusalException.Unable($"the plan of sweep {id} is damaged ({error.Message}); start the sweep anew");
        }
    }

    private bool IsOf(SweepRequest request) =>
        Run.Directory == request.Run.Directory && Run.Environment == request.Run.Environment && Run.Command.SequenceEqual(request.Run.Command)
        && Spaces is not null && Spaces.Order(StringComparer.Ordinal).SequenceEqual(request.Run.Params.Order(StringComparer.Ordinal))
        && Random == request.Random && (request.Seed is null || request.Seed == Seed);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SweepPlan))]
internal sealed partial class SweepJson : JsonSerializerContext;
