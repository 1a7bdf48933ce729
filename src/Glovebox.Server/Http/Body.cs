using System.Buffers;
using Glovebox.Api;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Http;

/// <summary>What came with a request.</summary>
internal static class Body
{
    /// <summary>The whole of it.</summary>
    /// <param name="largest">Bytes.</param>
    /// <exception cref="BodyTooLargeException">It is larger than we take.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext http, int largest = GloveboxServer.LargestBody)
    {
        if (http.Request.ContentLength > largest) throw new BodyTooLargeException(largest);
        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(http.RequestAborted);
            var tooLarge = read.Buffer.Length > largest;
            var whole = read.IsCompleted && !tooLarge ? read.Buffer.ToArray() : null;
            // What is not advanced over cannot be discarded, and then the connection breaks before the client has its answer.
            reader.AdvanceTo(whole is null && !tooLarge ? read.Buffer.Start : read.Buffer.End, read.Buffer.End);
            if (tooLarge) throw new BodyTooLargeException(largest);
            if (whole is not null) return whole;
        }
    }

    /// <exception cref="UnsupportedMediaException">It is said to be something else.</exception>
    /// <exception cref="RefusalException">There is none.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadJsonAsync(HttpContext http)
    {
        var media = http.Request.ContentType?.Split(';')[0].Trim();
        if (media is null || !media.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            throw new UnsupportedMediaException($"Content-Type '{media}': send application/json (curl -H 'Content-Type: application/json')");
        var bytes = await ReadAsync(http);
        return bytes.IsEmpty ? throw RefusalException.Bad("the body is empty: send a JSON object") : bytes;
    }
}
