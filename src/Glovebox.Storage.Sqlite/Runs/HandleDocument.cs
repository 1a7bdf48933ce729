using System.Text;
using System.Text.Json;
using Glovebox.Execution;

namespace Glovebox.Storage.Sqlite.Runs;

/// <summary>Writes a handle as the serializer would, for the reason given at <see cref="RunDocument"/>.</summary>
internal static class HandleDocument
{
    public static string Write(InstanceHandle handle)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("backend", handle.Backend);
            json.WriteString("id", handle.Id);
            json.WriteString("stateDirectory", handle.StateDirectory);
            json.WriteBoolean("detached", handle.Detached);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
