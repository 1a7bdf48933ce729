using Glovebox.Api;

namespace Glovebox.Images.Archives;

/// <summary>How many bytes and files an archive may unpack to: what the disk can spare, and no more than its own size explains.</summary>
internal sealed class ExtractionBudget
{
    private const long Reserve = 256L << 20, AlwaysAllowed = 1L << 30, LargestRatio = 200, BytesOfEntry = 512, MostEntries = 20_000_000;

    private readonly string _archive;
    private readonly long _available, _explained;
    private long _spent, _entries;

    /// <param name="directory">Where it is unpacked.</param>
    public ExtractionBudget(string archive, string directory)
    {
        _archive = archive;
        _available = new DriveInfo(directory).AvailableFreeSpace - Reserve;
        _explained = Math.Max(AlwaysAllowed, new FileInfo(archive).Length * LargestRatio);
    }

    public void Spend(long bytes)
    {
        _spent += bytes;
        if (_spent > _available)
            throw RefusalException.Unable(
                $"{_archive}: it unpacks to more than the {_available >> 20} MiB that the disk can spare. Free some (glovebox gc), or set "
                + "GLOVEBOX_HOME to a larger disk");
        if (_spent > _explained)
            throw RefusalException.Bad($"{_archive}: it unpacks to more than {LargestRatio} times its size: this is no honest image");
    }

    public void SpendEntry()
    {
        if (++_entries > MostEntries) throw RefusalException.Bad($"{_archive}: more than {MostEntries} entries: this is no honest image");
        Spend(BytesOfEntry);
    }
}
