using Glovebox.Api.Doctor;

namespace Glovebox.Cli.Doctor;

/// <summary>Whether <c>--gpu</c> has something to give. A machine without one is not ill.</summary>
internal sealed class GpuCheck(string root = "/") : SimpleCheck
{
    protected override CheckResult Run()
    {
        var version = Path.Combine(root, "proc/driver/nvidia/version");
        if (!File.Exists(Path.Combine(root, "dev/nvidiactl")))
        {
            return File.Exists(version)
                ? new CheckResult("gpu", CheckStatus.Warn, "the NVIDIA driver is loaded but /dev/nvidiactl is missing", "run nvidia-smi once as root: it makes the device files")
                : new CheckResult("gpu", CheckStatus.Ok, "none: --gpu is refused here");
        }

        var driver = File.Exists(version) ? File.ReadLines(version).FirstOrDefault() : null;
        return new CheckResult("gpu", CheckStatus.Ok, driver ?? "NVIDIA");
    }
}
