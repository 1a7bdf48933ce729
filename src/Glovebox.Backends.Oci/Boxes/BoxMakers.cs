using System.Globalization;
using System.Text;
using Glovebox.Linux;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>
/// The processes that are making a box, for when their engine died before it could write down who they are: monitor, launcher, runtime, and the box's
/// process 1 until the command runs. Each names the bundle's directory in its arguments, as nobody else does.
/// </summary>
internal static class BoxMakers
{
    private const int Tries = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Kills them. What one of them has just started is found by the next look.</summary>
    public static async Task KillAsync(BoxPaths paths, TimeProvider time)
    {
        var (monitor, runtime) = (Words("-b", paths.Bundle), Words("--root", paths.RuntimeState));
        for (var i = 0; i < Tries && KillSeen(monitor, runtime); i++) await Task.Delay(Pause, time).ConfigureAwait(false);
    }

    private static bool KillSeen(byte[] monitor, byte[] runtime)
    {
        var seen = false;
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory.AsSpan()), CultureInfo.InvariantCulture, out var pid)) continue;
            // First the hold, then the look: what is looked at is what is killed.
            using var process = ProcessWatch.Open(pid);
            if (process is null || !Names(directory, monitor, runtime)) continue;
            seen = true;
            process.Signal(Libc.Kill);
        }
        return seen;
    }

    private static bool Names(string process, byte[] monitor, byte[] runtime)
    {
        try
        {
            var words = File.ReadAllBytes(process + "/cmdline").AsSpan();
            return words.IndexOf(monitor) >= 0 || words.IndexOf(runtime) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // It has ended, or is another user's.
        }
    }

    // Two arguments that follow each other, as /proc/PID/cmdline has them (proc(5)).
    private static byte[] Words(string option, string value) => Encoding.UTF8.GetBytes($"\0{option}\0{value}\0");
}
