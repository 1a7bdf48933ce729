using System.Runtime.InteropServices;
using System.Text;

namespace Glovebox.Tests.Snapshots;

/// <summary>Extended attributes of files.</summary>
internal static partial class Attributes
{
    public static void Set(string path, string name, string value)
    {
        var bytes = Encoding.ASCII.GetBytes(value);
        Assert.Equal(0, SetAttribute(path, name, bytes, bytes.Length, 0));
    }

    [LibraryImport("libc", EntryPoint = "setxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetAttribute(string path, string name, byte[] value, nint size, int flags);
}
