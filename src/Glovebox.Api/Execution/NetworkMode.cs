using System.Text.Json.Serialization;

namespace Glovebox.Api.Execution;

/// <summary>What of the network a box sees.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NetworkMode>))]
public enum NetworkMode
{
    /// <summary>A loopback of its own and nothing else.</summary>
    [JsonStringEnumMemberName("none")] None,

    /// <summary>The host's network, as any program of the host sees it.</summary>
    [JsonStringEnumMemberName("host")] Host,
}
