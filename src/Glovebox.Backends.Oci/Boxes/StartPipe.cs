using Glovebox.Linux;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>
/// Lets a box go that crun has made, as <c>crun start</c> does: its process 1 waits for a byte in a pipe, whose name is taken away first, so that
/// nobody starts it twice. Source: libcrun_status_write_exec_fifo in crun's src/libcrun/status.c, the same since 0.1. A process less for each box.
/// </summary>
internal static class StartPipe
{
    /// <returns>False: nobody waits there, or it is not ours to open; the runtime itself has the last word then.</returns>
    public static unsafe bool TryOpen(string path)
    {
        var file = Libc.OpenToWriteNow(path);
        if (file < 0) return false;
        try
        {
            byte go = 0;
            File.Delete(path);
            return Libc.Write(file, &go, 1) == 1;
        }
        finally
        {
            _ = Libc.Close(file);
        }
    }
}
