using System.Net.Sockets;
using Glovebox.Files;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Functions.Instances;

/// <summary>The files of one instance on the host. Only single files of it can be written by the box, and the host holds those open.</summary>
internal sealed class InstanceFolder : IDisposable
{
    /// <summary>What is kept of a call's output, and of its error output, in bytes.</summary>
    public const int MostOutput = 64 * 1024;

    private readonly SafeFileHandle _out;
    private readonly SafeFileHandle _error;

    public InstanceFolder(string root)
    {
        Root = root;
        Directory.CreateDirectory(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var folder in (ReadOnlySpan<string>)[Box, Link, Code]) Directory.CreateDirectory(folder);
        _out = Make(Out);
        _error = Make(Error);
    }

    public string Root { get; }
    public string Box => Path.Combine(Root, "box");

    /// <summary>Holds the socket at which the runner reports.</summary>
    public string Link => Path.Combine(Root, "link");

    /// <summary>The code of a generic instance, put there when it gets its function.</summary>
    public string Code => Path.Combine(Root, "code");
    public string Log => Path.Combine(Root, "log");
    public string Out => Path.Combine(Root, "out");
    public string Error => Path.Combine(Root, "err");

    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>One more file that the box can be given, open for the host.</summary>
    public SafeFileHandle MakeFile(string name) => Make(PathOf(name));

    /// <summary>A socket that waits for the runner; gone from the disk as soon as it is there.</summary>
    public Socket Listen()
    {
        // A path of a socket has 107 bytes at most, and a home may be deep: named by the open folder it is always short.
        using var folder = Folder.Open(Link);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint($"/proc/self/fd/{folder.Descriptor}/s"));
            socket.Listen(1);
            File.SetUnixFileMode(Path.Combine(Link, "s"), (UnixFileMode)0x1B6);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What is in the files now, cut, with a notice; for an instance that could not say it itself.</summary>
    public (ReadOnlyMemory<byte> Output, ReadOnlyMemory<byte> Error) ReadOutput() => (Read(_out), Read(_error));

    /// <summary>Empties the files.</summary>
    public void ClearOutput()
    {
        RandomAccess.SetLength(_out, 0);
        RandomAccess.SetLength(_error, 0);
    }

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
        FolderRemoval.Remove(Root);
    }

    public static ReadOnlyMemory<byte> Read(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        if (length == 0) return default;
        var bytes = new byte[Math.Min(length, MostOutput)];
        var read = RandomAccess.Read(file, bytes, 0);
        return length <= MostOutput ? bytes.AsMemory(0, read) : (byte[])[.. bytes.AsSpan(0, read), .. "\n[glovebox: cut at 64 KiB]\n"u8];
    }

    private static SafeFileHandle Make(string path)
    {
        var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        File.SetUnixFileMode(path, (UnixFileMode)0x1B6);
        return file;
    }
}
