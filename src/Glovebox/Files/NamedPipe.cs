using System.Runtime.InteropServices;

namespace Glovebox.Files;

/// <summary>A pipe with a name (mkfifo(3)).</summary>
internal static partial class NamedPipe
{
    /// <summary>Makes it and opens it so that a write never waits for a reader.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static FileStream Make(string path)
    {
        if (MakeFifo(path, 0x1B6) != 0) throw new IOException($"The pipe '{path}' cannot be made: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
        File.SetUnixFileMode(path, (UnixFileMode)0x1B6);
        return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFifo(string path, uint mode);
}
