using System.Text.Json;
using Glovebox.Execution;

namespace Glovebox.Backends.Oci.Bundle;

/// <summary>
/// What a box may not ask of the kernel. Everything that reaches beyond the box is refused, whatever capabilities a bug might give back; what
/// is left open is ordinary work. Only the machine's own instruction set is allowed, so no call comes in by its 32-bit number.
/// Format: "linux.seccomp" of the OCI runtime specification; names are those libseccomp 2.5 knows.
/// </summary>
internal static class Seccomp
{
    private const int NotPermitted = 1, NotImplemented = 38;
    private const long VirtualMachineSockets = 40;

    private static readonly string[] Refused =
    [
        // Mounts and roots.
        "mount", "umount2", "pivot_root", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr",
        // Namespaces.
        "setns",
        // The kernel's code and its insides.
        "init_module", "finit_module", "delete_module", "create_module", "query_module", "get_kernel_syms", "kexec_load", "kexec_file_load",
        "bpf", "perf_event_open", "lookup_dcookie", "userfaultfd", "_sysctl", "kcmp",
        // Rings that carry other calls past this filter.
        "io_uring_setup", "io_uring_enter", "io_uring_register",
        // Files by handle reach outside of the root.
        "open_by_handle_at", "name_to_handle_at", "fanotify_init",
        // Keys are not bound to a namespace.
        "add_key", "request_key", "keyctl",
        // The machine as a whole.
        "reboot", "swapon", "swapoff", "acct", "quotactl", "quotactl_fd", "syslog", "vhangup", "nfsservctl", "vm86", "vm86old", "uselib", "ustat",
        "sysfs", "settimeofday", "stime", "clock_settime", "clock_settime64", "adjtimex", "clock_adjtime", "clock_adjtime64", "iopl", "ioperm",
        // Memory of other nodes and processes.
        "move_pages", "migrate_pages",
    ];

    private static readonly long[] NamespaceFlags =
    [
        0x10000000, // user
        0x00020000, // mount
        0x02000000, // cgroup
        0x04000000, // uts
        0x08000000, // ipc
        0x20000000, // pid
        0x40000000, // network
    ];

    // READ_IMPLIES_EXEC and MMAP_PAGE_ZERO.
    private static readonly long[] PersonalityFlags = [0x0400000, 0x0100000];

    public static void Write(Utf8JsonWriter json, BoxPrivileges privileges)
    {
        json.WriteStartObject("seccomp");
        json.WriteString("defaultAction", "SCMP_ACT_ALLOW");
        json.WriteStartArray("syscalls");
        StartRule(json, NotPermitted, Refused);
        json.WriteEndObject();
        // Its flags lie in memory that a filter cannot read. Not implemented: the C library then takes clone.
        StartRule(json, NotImplemented, ["clone3"]);
        json.WriteEndObject();
        foreach (var flag in NamespaceFlags)
        {
            WhenFlag(json, "clone", flag);
            WhenFlag(json, "unshare", flag);
        }
        foreach (var flag in PersonalityFlags) WhenFlag(json, "personality", flag);
        When(json, "socket", 0, VirtualMachineSockets, "SCMP_CMP_EQ");
        // A device made in a box would be the machine's: only the overlay's mark 0:0 may be made, and pipes, which name no device.
        When(json, "mknod", 2, 0, "SCMP_CMP_NE");
        When(json, "mknodat", 3, 0, "SCMP_CMP_NE");
        if (privileges == BoxPrivileges.None)
        {
            StartRule(json, NotPermitted, ["chroot"]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WhenFlag(Utf8JsonWriter json, string call, long flag)
    {
        StartRule(json, NotPermitted, [call]);
        Argument(json, 0, flag, flag, "SCMP_CMP_MASKED_EQ");
        json.WriteEndObject();
    }

    private static void When(Utf8JsonWriter json, string call, int argument, long value, string comparison)
    {
        StartRule(json, NotPermitted, [call]);
        Argument(json, argument, value, null, comparison);
        json.WriteEndObject();
    }

    private static void StartRule(Utf8JsonWriter json, int error, string[] names)
    {
        json.WriteStartObject();
        json.WriteStartArray("names");
        foreach (var name in names) json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteString("action", "SCMP_ACT_ERRNO");
        json.WriteNumber("errnoRet", error);
    }

    private static void Argument(Utf8JsonWriter json, int index, long value, long? second, string comparison)
    {
        json.WriteStartArray("args");
        json.WriteStartObject();
        json.WriteNumber("index", index);
        json.WriteNumber("value", value);
        if (second is { } other) json.WriteNumber("valueTwo", other);
        json.WriteString("op", comparison);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
