namespace Glovebox.Backends.Oci.Boxes;

/// <summary>Whether an ordinary user may make user namespaces here, which the engine needs when it is not root.</summary>
internal static class UserNamespaces
{
    // user_namespaces(7); the first is Debian's, the last Ubuntu's.
    private static readonly (string Name, string Path, string Forbids, string Mend)[] Settings =
    [
        ("kernel.unprivileged_userns_clone", "/proc/sys/kernel/unprivileged_userns_clone", "0", "1"),
        ("user.max_user_namespaces", "/proc/sys/user/max_user_namespaces", "0", "15000"),
        ("kernel.apparmor_restrict_unprivileged_userns", "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "0"),
    ];

    /// <summary>The setting that forbids them, with the command that mends it; null when none does.</summary>
    public static string? Forbidden()
    {
        foreach (var (name, path, forbids, mend) in Settings)
        {
            if (File.Exists(path) && File.ReadAllText(path).Trim() == forbids)
                return $"The setting {name} forbids ordinary users to make user namespaces. An administrator allows it with: sysctl -w {name}={mend}";
        }
        return null;
    }

    public static string Explain(string text) => Forbidden()
        ?? $"A user namespace could not be made ({text}). Run as root, or on a machine (or in a container) that allows user namespaces.";
}
