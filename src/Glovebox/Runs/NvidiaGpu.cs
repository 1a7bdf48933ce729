using Glovebox.Api;
using Glovebox.Execution;

namespace Glovebox.Runs;

/// <summary>The host's NVIDIA devices and the driver libraries that match its kernel module, to be shown to a box.</summary>
/// <param name="Names">Model names of the GPUs.</param>
/// <param name="Devices">Device nodes.</param>
/// <param name="Libraries">Driver files, bound read-only where the host has them.</param>
internal sealed record NvidiaGpu(IReadOnlyList<string> Names, IReadOnlyList<string> Devices, IReadOnlyList<Mount> Libraries)
{
    private static readonly string[] LibraryFolders =
        ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/lib/wsl/lib"];

    private static readonly string[] LibraryNames = ["libcuda.so*", "libnvidia-*.so*", "libnvcuvid.so*", "libcudadebugger.so*"];

    /// <exception cref="RefusalException">The machine has no NVIDIA device or no driver libraries.</exception>
    public static NvidiaGpu Find()
    {
        string[] devices = [.. Directory.EnumerateFileSystemEntries("/dev", "nvidia*").Where(d => !Directory.Exists(d)).Order(StringComparer.Ordinal)];
        if (!Array.Exists(devices, d => char.IsAsciiDigit(d[^1])))
            throw RefusalException.Unable("--gpu: this machine has no NVIDIA device (/dev/nvidia0 is not there); install the driver, or leave --gpu out");
        Mount[] libraries = [.. LibraryFolders.Where(Directory.Exists)
            .SelectMany(folder => LibraryNames.SelectMany(name => Directory.EnumerateFiles(folder, name)))
            .Concat(File.Exists("/usr/bin/nvidia-smi") ? ["/usr/bin/nvidia-smi"] : [])
            .Select(file => new BindMount(file, file, ReadOnly: true))];
        if (libraries.Length == 0)
            throw RefusalException.Unable("--gpu: the NVIDIA device is there, but no driver library (libcuda.so) was found; install the driver's libraries");
        return new NvidiaGpu(ModelNames(), devices, libraries);
    }

    // The kernel module's own listing: /proc/driver/nvidia/gpus/BUS/information, line "Model: NAME".
    private static string[] ModelNames()
    {
        const string root = "/proc/driver/nvidia/gpus";
        if (!Directory.Exists(root)) return ["NVIDIA GPU"];
        return [.. Directory.EnumerateDirectories(root)
            .Select(gpu => Path.Combine(gpu, "information"))
            .Where(File.Exists)
            .Select(file => File.ReadLines(file).FirstOrDefault(l => l.StartsWith("Model:", StringComparison.Ordinal))?[6..].Trim() ?? "NVIDIA GPU")];
    }
}
