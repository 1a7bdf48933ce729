using System.Globalization;

namespace Glovebox.Linux;

/// <summary>A file with a process number, which appears when a command runs. Made before whoever writes the file is started.</summary>
internal sealed class StartSign(string path) : IDisposable
{
    private readonly DirectoryWatch _watch = new(Path.GetDirectoryName(path)!);

    /// <summary>Readable when the file may be there.</summary>
    public int File => _watch.File;

    /// <summary>The number; null while it is not there yet.</summary>
    public int? Read()
    {
        _watch.Drain();
        return System.IO.File.Exists(path) && int.TryParse(System.IO.File.ReadAllText(path).AsSpan().Trim(), CultureInfo.InvariantCulture, out var pid)
            ? pid
            : null;
    }

    public void Dispose() => _watch.Dispose();
}
