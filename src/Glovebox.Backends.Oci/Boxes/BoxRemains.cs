using Glovebox.Backends.Oci.Cgroups;
using Glovebox.Backends.Oci.Files;
using Glovebox.Linux;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>Removes what is left of a box: processes, cgroups, state. Mounts went with the last process.</summary>
internal static class BoxRemains
{
    private const int Tries = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static async Task RemoveAsync(BoxHandle box, string stateDirectory, ICgroup cgroup, TimeProvider time)
    {
        for (var i = 0; i < Tries && !cgroup.TryRemove(); i++)
        {
            // A killed process stays for a moment.
            cgroup.Kill();
            await Task.Delay(Pause, time).ConfigureAwait(false);
        }
        foreach (var directory in box.WorkDirectories) OverlayWork.Empty(directory);
        BoxScratch.Remove(box.Id);
        if (Directory.Exists(stateDirectory)) Directory.Delete(stateDirectory, recursive: true);
    }

    /// <summary>Kills a box whose engine is gone, from the outside in.</summary>
    public static void Kill(BoxHandle handle, ICgroup cgroup)
    {
        foreach (var name in (ReadOnlySpan<ProcessName>)[handle.Init, handle.Monitor])
        {
            using var process = name.Open();
            process?.Signal(Libc.Kill);
        }
        cgroup.Kill();
    }
}
