using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Jobs;

namespace Glovebox.Server.Fastlane;

/// <summary>A job as fastlane spells it.</summary>
internal static class FastlanePayload
{
    public static JobSpec Read(ReadOnlyMemory<byte> json, ServerParts parts) =>
        throw RefusalException.Unable("not yet");
}
