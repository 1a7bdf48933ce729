using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Jobs;

namespace Glovebox.Server.Jobs;

/// <summary>A job's definition as it comes in.</summary>
internal static class SpecBody
{
    public static JobSpec Read(ReadOnlyMemory<byte> json, TimeProvider clock) =>
        JsonSerializer.Deserialize(json.Span, JobsJson.Default.JobSpec) ?? throw RefusalException.Bad("the body is null: send a JSON object");
}
