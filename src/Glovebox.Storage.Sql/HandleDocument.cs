using System.Text;
using System.Text.Json;
using Glovebox.Execution;

namespace Glovebox.Storage.Sql;

/// <summary>Where a box is, as the stores keep it. By hand: a short run has no time for the code that a serializer compiles at its start.</summary>
public static class HandleDocument
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

    public static InstanceHandle Read(string text)
    {
        using var document = JsonDocument.Parse(text);
        var handle = document.RootElement;
        return new InstanceHandle(
            handle.GetProperty("backend").GetString()!, handle.GetProperty("id").GetString()!, handle.GetProperty("stateDirectory").GetString()!,
            handle.GetProperty("detached").GetBoolean());
    }
}
