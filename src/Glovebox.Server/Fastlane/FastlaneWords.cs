using System.Globalization;
using System.Text.Json.Nodes;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;

namespace Glovebox.Server.Fastlane;

/// <summary>Our states and values in fastlane's words.</summary>
internal static class FastlaneWords
{
    public static string Status(ExecutionState state) => state switch
    {
        ExecutionState.Queued => "enqueued",
        ExecutionState.Starting => "pulling",
        ExecutionState.Running => "running",
        ExecutionState.Succeeded => "done",
        ExecutionState.TimedOut => "timedout",
        ExecutionState.Cancelled => "stopped",
        ExecutionState.Expired => "expired",
        _ => "failed",
    };

    public static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>One text there, a list of words here: quoted where a shell would need it.</summary>
    public static string Command(IReadOnlyList<string> words) => words is ["sh" or "/bin/sh", "-c", var line] ? line : string.Join(' ', words.Select(Word));

    /// <summary>What fastlane kept with a job: the user's own values, and the variables under their old name.</summary>
    public static JsonObject Metadata(JobSpec spec) => new()
    {
        ["custom"] = spec.Metadata.DeepClone(),
        ["envs"] = new JsonObject(spec.Variables.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["retries"] = spec.Retry.Limit,
        ["retry_count"] = 0,
        ["timeout"] = spec.Limits.TimeoutSeconds,
        ["expiration"] = spec.ExpiresAt?.ToUnixTimeSeconds(),
        ["cron"] = spec.Cron,
        ["startAt"] = spec.StartAt?.ToUnixTimeSeconds(),
    };

    private static string Word(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "_-./:=,+@%".Contains(c)) ? word : $"'{word.Replace("'", "'\\''")}'";
}
