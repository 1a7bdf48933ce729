using System.Text.Json.Serialization;

namespace Glovebox.Api.Execution;

/// <summary>When a container engine fetches an image.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PullPolicy>))]
public enum PullPolicy
{
    [JsonStringEnumMemberName("missing")] Missing,
    [JsonStringEnumMemberName("always")] Always,
    [JsonStringEnumMemberName("never")] Never,
}
