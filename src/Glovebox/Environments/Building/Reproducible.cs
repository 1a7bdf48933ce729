using Glovebox.Files;
using Glovebox.Images;
using Glovebox.Images.Layers;

namespace Glovebox.Environments.Building;

/// <summary>What makes a build come out the same bytes everywhere.</summary>
public static class Reproducible
{
    /// <summary>2024-01-01T00:00:00Z: SOURCE_DATE_EPOCH of every build step, and the latest time of any file in what we build.</summary>
    public const long Epoch = 1_704_067_200;

    /// <summary>Variables of every build step.</summary>
    public static IReadOnlyDictionary<string, string> Variables { get; } = new Dictionary<string, string>
    {
        ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ["HOME"] = "/root",
        ["LANG"] = "C.UTF-8",
        ["LC_ALL"] = "C.UTF-8",
        ["TZ"] = "UTC",
        ["SOURCE_DATE_EPOCH"] = Epoch.ToString(),
        ["PYTHONHASHSEED"] = "0",
        ["DEBIAN_FRONTEND"] = "noninteractive",
    };

    /// <summary>Emptied, and kept as they are when the layers below have them: caches, logs, mount points, and where a box's own files
    /// were.</summary>
    private static readonly string[] EmptiedFolders =
    [
        "dev", "proc", "sys", "run", "tmp", "var/tmp", "var/log", "var/cache/apt", "var/cache/ldconfig", "var/cache/man",
        "var/lib/apt/lists", "var/cache/pip", "root/.cache", "root/.npm",
    ];

    /// <summary>Removed: backups, locks, and what is made at random.</summary>
    private static readonly string[] RemovedFiles =
    [
        "etc/passwd-", "etc/group-", "etc/shadow-", "etc/gshadow-", "etc/subuid-", "etc/subgid-", "etc/.pwd.lock", "etc/machine-id",
            "var/lib/dbus/machine-id",
        "etc/resolv.conf", "etc/hostname", "var/lib/dpkg/status-old", "var/lib/dpkg/diversions-old", "var/lib/dpkg/statoverride-old",
            "var/lib/dpkg/available-old",
        "var/lib/dpkg/lock", "var/lib/dpkg/lock-frontend", "var/lib/dpkg/triggers/Lock", "var/cache/debconf/config.dat-old",
            "var/cache/debconf/templates.dat-old",
        "var/cache/debconf/passwords.dat-old", "var/lib/systemd/random-seed", "var/lib/systemd/catalog/database",
            "var/lib/urandom/random-seed", "var/lib/ucf/hashfile-old",
        "var/lib/apt/daily_lock", "usr/sbin/policy-rc.d", "root/.wget-hsts", "root/.python_history",
        "etc/ssh/ssh_host_rsa_key", "etc/ssh/ssh_host_ecdsa_key", "etc/ssh/ssh_host_ed25519_key",
        "etc/ssh/ssh_host_rsa_key.pub", "etc/ssh/ssh_host_ecdsa_key.pub", "etc/ssh/ssh_host_ed25519_key.pub",
    ];

    /// <summary>Removes what a build leaves that is not the same each time. Whiteouts among it are removed too: the layers below are clean
    /// already.</summary>
    /// <param name="root">A layer in the making, its box gone.</param>
    public static void Clean(string root)
    {
        using var folder = Folder.Open(root);
        foreach (var path in EmptiedFolders)
        {
            using var emptied = folder.TryOpenFolder(PathBytes.FromText(path), out _);
            if (emptied is not null) FolderRemoval.RemoveContent(emptied);
        }
        foreach (var path in RemovedFiles)
        {
            var name = Name.Split(PathBytes.FromText(path), out var parentPath);
            using var parent = folder.TryOpenFolder(parentPath, out _);
            if (parent?.Stat(name) is { Kind: not FileKind.Folder }) parent.DeleteFile(name);
        }
    }

    /// <summary>Cleans the draft and makes it a layer.</summary>
    public static Digest Seal(this LayerStore layers, LayerDraft draft, CancellationToken cancellation)
    {
        Clean(draft.Fs);
        return layers.Add(draft, Epoch, cancellation);
    }
}
