using Glovebox.Files;
using Glovebox.Home;

namespace Glovebox.Functions.Calls;

/// <summary>Results of asynchronous calls that a record does not hold: large ones, and those that are no text. A file each, kept as long as records are at most.</summary>
internal sealed class ResultFiles(GloveboxHome home)
{
    private string Root => Path.Combine(home.Functions, "results");

    public void Write(string call, ReadOnlyMemory<byte> result)
    {
        Directory.CreateDirectory(Root);
        AtomicFile.Write(Path.Combine(Root, call), result.Span, durable: true);
    }

    public byte[]? Read(string call) => Guid.TryParseExact(call, "D", out _) && File.Exists(Path.Combine(Root, call)) ? File.ReadAllBytes(Path.Combine(Root, call)) : null;

    public void RemoveBefore(DateTimeOffset time)
    {
        if (!Directory.Exists(Root)) return;
        foreach (var path in Directory.EnumerateFiles(Root))
            if (File.GetLastWriteTimeUtc(path) < time.UtcDateTime) File.Delete(path);
    }
}
