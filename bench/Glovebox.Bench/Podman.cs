namespace Glovebox.Bench;

/// <summary>The peer, with an image of its own made from this machine's <c>true</c>, so that nothing is pulled.</summary>
internal static class Podman
{
    /// <summary>Null where podman is not installed.</summary>
    public static string? ImportBusybox(string folder)
    {
        if (!Command.Exists("podman")) return null;
        var image = Path.GetFileName(folder).ToLowerInvariant();
        var root = Path.Combine(folder, "root");
        // The loader and libc are at the same paths inside as outside.
        foreach (var file in new[] { "/usr/bin/true", "/lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/libc.so.6" })
        {
            var target = root + file;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file, target);
        }

        var tar = Path.Combine(folder, "root.tar");
        Command.Time(folder, "tar", "-C", root, "-cf", tar, ".");
        // Its own defaults ask for more open files and processes than a machine may allow.
        File.WriteAllText(Path.Combine(folder, "containers.conf"), "[containers]\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=1024:1024\"]\n");
        Call(folder, "import", "-q", tar, image);
        return image;
    }

    public static TimeSpan Run(string folder, string image) =>
        Call(folder, "run", "--rm", "--network", "none", image, "/usr/bin/true");

    public static void Remove(string folder, string? image)
    {
        if (image is not null) Call(folder, "rmi", "-f", image);
    }

    /// <summary>In a store and with settings of the bench's own: what the machine's podman was left with is not measured.</summary>
    private static TimeSpan Call(string folder, params string[] arguments) =>
        Command.Time(folder, "env",
        [
            "CONTAINERS_CONF=" + Path.Combine(folder, "containers.conf"), "podman", "--root", Path.Combine(folder, "podman"),
            "--runroot", Path.Combine(folder, "podman-run"), "--tmpdir", Path.Combine(folder, "podman-tmp"), .. arguments,
        ]);
}
