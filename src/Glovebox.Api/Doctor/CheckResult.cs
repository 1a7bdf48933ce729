using System.Text.Json.Serialization;

namespace Glovebox.Api.Doctor;

/// <summary>How a check of the machine came out.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CheckStatus>))]
public enum CheckStatus
{
    [JsonStringEnumMemberName("ok")] Ok,

    /// <summary>Works, but something is slower, missing or unsafe.</summary>
    [JsonStringEnumMemberName("warn")] Warn,

    /// <summary>Runs will not work until it is mended.</summary>
    [JsonStringEnumMemberName("fail")] Fail,
}

/// <summary>What one check of the machine found.</summary>
/// <param name="Name">The thing, in one or two words: <c>cgroups</c>, <c>user namespaces</c>.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Mend">What to do about it, as a sentence or a command; null when nothing needs doing.</param>
public sealed record CheckResult(string Name, CheckStatus Status, string Detail, string? Mend = null);

/// <summary>Checks one part of the machine. Never throws for what it finds: that is its result.</summary>
public interface ICheck
{
    Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellation);
}
