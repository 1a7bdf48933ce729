using Glovebox.Api.Doctor;
using Glovebox.Backends.Oci.Boxes;
using Glovebox.Backends.Oci.Files;
using Glovebox.Linux;

namespace Glovebox.Backends.Oci.Machine;

/// <summary>Mounts an overlay where boxes will, and takes it away again.</summary>
internal static class OverlayCheck
{
    public static async Task<CheckResult> RunAsync(EngineTools tools, bool rootless, string home)
    {
        if (tools.Unshare is null || tools.Shell is null)
            return new CheckResult("overlay", CheckStatus.Warn, "not tested: unshare is missing", "Install util-linux.");
        string? directory = null;
        try
        {
            Directory.CreateDirectory(home);
            directory = Path.Combine(home, "doctor-" + Guid.NewGuid().ToString("N"));
            var links = new OverlayLinks(Path.Combine(directory, "links"), rootless);
            links.Plan(Make(directory, "root"), [Make(directory, "a"), Make(directory, "b")], Make(directory, "upper"), Make(directory, "work"));
            var arguments = LaunchScript.Arguments(tools.Shell, rootless, links.StandIn ?? directory, [], hideCgroups: false, links.Overlays, ["true"]);
            var exit = await Child.RunAsync(new SpawnRequest(tools.Unshare, arguments)).ConfigureAwait(false);
            return exit == 0
                ? new CheckResult("overlay", CheckStatus.Ok, $"works at {home}")
                : new CheckResult("overlay", CheckStatus.Fail, $"no overlay can be mounted at {home}",
                    "Set GLOVEBOX_HOME to a directory on ext4, xfs or btrfs" + (rootless ? ", and allow user namespaces." : ", and run with CAP_SYS_ADMIN."));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new CheckResult("overlay", CheckStatus.Fail, $"not tested: {e.Message}", "Make GLOVEBOX_HOME writable.");
        }
        finally
        {
            if (directory is not null && Directory.Exists(directory))
            {
                OverlayWork.Empty(Path.Combine(directory, "work"));
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    private static string Make(string parent, string name) => Directory.CreateDirectory(Path.Combine(parent, name)).FullName;
}
