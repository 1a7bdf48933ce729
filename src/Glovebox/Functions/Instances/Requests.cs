using System.Buffers;
using System.Text;
using System.Text.Json;
using Glovebox.Api.Functions;
using Glovebox.Functions.Frames;
using Glovebox.Functions.Pool;

namespace Glovebox.Functions.Instances;

/// <summary>Frames to runners.</summary>
internal static class Requests
{
    public static ValueTask LoadAsync(this FrameSocket socket, FunctionPlan plan)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("function", plan.Function);
            json.WriteNumber("version", plan.Version);
            json.WriteString("path", plan.Path);
            json.WriteString("handler", plan.Handler);
            json.WriteString("isolation", plan.Isolation switch { Isolation.Fork => "fork", Isolation.Fresh => "fresh", _ => "reuse" });
            json.WriteNumber("concurrency", plan.Isolation == Isolation.Reuse ? plan.Concurrency : 1);
            json.WriteNumber("timeout", plan.Timeout.TotalSeconds);
            json.WriteNumber("replyLimit", plan.ReplyLimitBytes);
            json.WriteStartObject("variables");
            foreach (var (name, value) in BoxRequests.Variables(plan)) json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return socket.SendAsync(new FrameHeader(FrameKind.Load, 0, text.WrittenCount, 0), default, text.WrittenMemory);
    }

    /// <param name="meta">Only where the code asks for it.</param>
    public static ValueTask CallAsync(this FrameSocket socket, ulong number, CallRequest request, bool meta)
    {
        var about = meta ? Meta(request) : default;
        var flags = IsJson(request.ContentType) || IsJsonOfCurl(request) ? FrameFlags.Json : FrameFlags.None;
        return socket.SendAsync(new FrameHeader(FrameKind.Call, number, request.Body.Length, about.Length, flags), about, request.Body);
    }

    public static bool IsJson(string contentType) =>
        contentType.Length == 0 || contentType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)
        || WithoutParameters(contentType).EndsWith("+json", StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> WithoutParameters(string contentType) =>
        contentType.AsSpan(0, contentType.IndexOf(';') is var end and >= 0 ? end : contentType.Length).TrimEnd();

    // curl's -d says that it sends a form, whatever it sends. No form begins like this.
    private static bool IsJsonOfCurl(CallRequest request) =>
        request.ContentType.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
        && request.Body.Span is [(byte)'{' or (byte)'[', ..];

    // Four lines, then one header a line.
    private static ReadOnlyMemory<byte> Meta(CallRequest request)
    {
        var text = new StringBuilder().Append(OneLine(request.Id)).Append('\n').Append(OneLine(request.ContentType)).Append('\n')
            .Append(OneLine(request.Method)).Append('\n').Append(OneLine(request.Path));
        foreach (var (name, value) in request.Headers ?? new Dictionary<string, string>())
            text.Append('\n').Append(OneLine(name)).Append(": ").Append(OneLine(value));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string OneLine(string text) => text.AsSpan().IndexOfAny('\r', '\n') < 0 ? text : text.ReplaceLineEndings(" ");
}
