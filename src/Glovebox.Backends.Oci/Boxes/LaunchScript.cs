using Glovebox.Backends.Oci.Files;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>
/// A constant shell program that does what <see cref="MountSpace"/> and the cgroups do, where no thread of ours can: under a monitor, which starts
/// the runtime by itself, and in a user namespace, which a program with threads cannot enter. Whatever varies is a positional parameter.
/// </summary>
internal static class LaunchScript
{
    // Parameters: DIRECTORY [CGROUP-FILE...] -- [HIDE...] -- [OPTIONS AT]... -- COMMAND [ARG...]
    private const string Text = """
        cd -- "$1" || exit 125
        shift
        while [ "$1" != -- ]; do echo 0 >"$1" || exit 125; shift; done
        shift
        while [ "$1" != -- ]; do mount -t tmpfs glovebox "$1" || exit 125; shift; done
        shift
        while [ "$1" != -- ]; do mount -t overlay -o "nodev,$1" glovebox "$2" || exit 125; shift 2; done
        shift
        exec "$@"
        """;

    /// <summary>Arguments for unshare(1), which end with the start of the command to run.</summary>
    /// <param name="rootless">In a user namespace whose root is this user.</param>
    public static IReadOnlyList<string> Arguments(
        string shell, bool rootless, string standIn, IReadOnlyList<string> entryFiles, bool hideCgroups,
        IReadOnlyList<OverlayOptions> overlays, IReadOnlyList<string> command)
    {
        var arguments = new List<string>();
        if (rootless) arguments.AddRange(["--user", "--map-root-user"]);
        arguments.AddRange(["--mount", "--propagation", "slave", "--", shell, "-c", Text, "glovebox", standIn, .. entryFiles, "--"]);
        if (hideCgroups) arguments.Add(MountSpace.Cgroups);
        arguments.Add("--");
        foreach (var overlay in overlays) arguments.AddRange([overlay.Options, overlay.At]);
        arguments.Add("--");
        arguments.AddRange(command);
        return arguments;
    }
}
