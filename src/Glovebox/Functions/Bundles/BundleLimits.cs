using Glovebox.Api;

namespace Glovebox.Functions.Bundles;

/// <summary>How much a bundle may hold, and what it has held so far.</summary>
internal sealed class BundleLimits(string file, long packed)
{
    public const int MostFiles = 20_000;
    public const long MostBytes = 1L << 30;

    /// <summary>Of a small archive; no honest code packs better than the ratio.</summary>
    private const long AlwaysAllowed = 64L << 20;
    private const long LargestRatio = 100;

    private readonly long _most = Math.Min(MostBytes, Math.Max(AlwaysAllowed, packed * LargestRatio));
    private long _bytes;
    private int _files;

    public void Entry()
    {
        if (++_files > MostFiles)
            throw RefusalException.Bad(
                $"{file}: more than {MostFiles} files. Deploy the code alone: dependencies go into requirements.txt or package-lock.json, data into an image");
    }

    public void Spend(long bytes)
    {
        _bytes += bytes;
        if (_bytes <= _most) return;
        var why = _most < MostBytes ? $", {LargestRatio} times its size: this is no honest archive" : ": put data into an image";
        throw RefusalException.Bad($"{file}: it unpacks to more than {_most >> 20} MiB{why}");
    }
}
