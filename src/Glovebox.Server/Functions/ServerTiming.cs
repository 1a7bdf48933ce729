using System.Globalization;
using Glovebox.Api.Functions;

namespace Glovebox.Server.Functions;

/// <summary>The stages of a call as W3C Server Timing writes them: milliseconds, those that took none left out.</summary>
internal static class ServerTiming
{
    private const int Longest = 200;

    public static string Of(CallTimings timings)
    {
        Span<char> text = stackalloc char[Longest];
        var length = 0;
        Add(text, ref length, "queue", timings.Queue);
        Add(text, ref length, "instance", timings.Instance);
        Add(text, ref length, "dependencies", timings.Dependencies);
        Add(text, ref length, "run", timings.Run);
        return new string(text[..length]);
    }

    private static void Add(Span<char> text, ref int length, string stage, double seconds)
    {
        var micro = (long)Math.Round(seconds * 1e6);
        if (micro <= 0) return;
        // By whole numbers: a format for fractions costs as much as the rest of the headers.
        text[length..].TryWrite(CultureInfo.InvariantCulture, $"{(length > 0 ? ", " : "")}{stage};dur={micro / 1000}.{micro % 1000:D3}", out var written);
        length += written;
    }
}
