using System.Text.Json;
using Glovebox.Api.Execution;
using Glovebox.Execution;

namespace Glovebox.Backends.Oci.Bundle;

/// <summary>Writes <c>config.json</c>. Format: the OCI runtime specification 1.0.2, config.md and config-linux.md.</summary>
internal static class BundleWriter
{
    // Not in the image: /dev is made anew in every box.
    private const string InitInside = "/dev/.glovebox-init";

    // What tells of, or reaches, the machine rather than the box: the lists of Docker and Podman, and ours.
    private static readonly string[] Masked =
    [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",
        "/proc/timer_list", "/proc/timer_stats", "/proc/kallsyms", "/proc/modules", "/sys/firmware", "/sys/fs/selinux",
        "/sys/devices/virtual/powercap", "/sys/kernel/debug", "/sys/kernel/tracing", "/sys/kernel/security",
    ];

    private static readonly string[] ReadOnly = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    // See BoxPrivileges.Build.
    private static readonly string[] BuildCapabilities =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_MKNOD", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETPCAP", "CAP_SYS_CHROOT",
    ];

    public static void Write(BundlePlan plan, string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        using var json = new Utf8JsonWriter(file);
        json.WriteStartObject();
        json.WriteString("ociVersion", "1.0.2");
        WriteProcess(json, plan);
        json.WriteStartObject("root");
        json.WriteString("path", plan.RootPath);
        json.WriteBoolean("readonly", plan.RootReadOnly);
        json.WriteEndObject();
        json.WriteString("hostname", plan.Request.HostName);
        json.WriteStartArray("mounts");
        new BundleMounts(json, plan).Write(InitInside);
        json.WriteEndArray();
        WriteLinux(json, plan);
        json.WriteEndObject();
    }

    private static void WriteProcess(Utf8JsonWriter json, BundlePlan plan)
    {
        var request = plan.Request;
        json.WriteStartObject("process");
        json.WriteBoolean("terminal", request.Streams.Terminal);
        json.WriteStartObject("user");
        json.WriteNumber("uid", request.User.Uid);
        json.WriteNumber("gid", request.User.Gid);
        json.WriteNumber("umask", 18); // 022
        json.WriteEndObject();
        json.WriteStartArray("args");
        if (plan.Init is not null)
        {
            json.WriteStringValue(InitInside);
            foreach (var option in plan.Init.Options) json.WriteStringValue(option);
            json.WriteStringValue("--");
        }
        foreach (var argument in request.Command) json.WriteStringValue(argument);
        json.WriteEndArray();
        json.WriteStartArray("env");
        foreach (var (name, value) in request.Environment) json.WriteStringValue(name + "=" + value);
        json.WriteEndArray();
        json.WriteString("cwd", request.WorkingDirectory);
        json.WriteBoolean("noNewPrivileges", request.Privileges == BoxPrivileges.None);
        json.WriteStartObject("capabilities");
        var capabilities = request.Privileges == BoxPrivileges.Build ? BuildCapabilities : [];
        foreach (var set in (ReadOnlySpan<string>)["bounding", "effective", "permitted"]) WriteStrings(json, set, capabilities);
        foreach (var set in (ReadOnlySpan<string>)["inheritable", "ambient"]) WriteStrings(json, set, []);
        json.WriteEndObject();
        json.WriteStartArray("rlimits");
        WriteLimit(json, "RLIMIT_FSIZE", plan.LargestFile);
        WriteLimit(json, "RLIMIT_NPROC", plan.MostProcesses);
        WriteLimit(json, "RLIMIT_NOFILE", plan.MostOpenFiles);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLimit(Utf8JsonWriter json, string type, long? value)
    {
        if (value is not { } most) return;
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteNumber("hard", most);
        json.WriteNumber("soft", most);
        json.WriteEndObject();
    }

    private static void WriteLinux(Utf8JsonWriter json, BundlePlan plan)
    {
        json.WriteStartObject("linux");
        if (plan.CgroupPath is not null) json.WriteString("cgroupsPath", plan.CgroupPath);
        json.WriteStartArray("namespaces");
        foreach (var kind in (ReadOnlySpan<string>)["pid", "mount", "ipc", "uts", "cgroup", "network"])
        {
            if (kind == "network" && plan.Request.Network == NetworkMode.Host) continue;
            json.WriteStartObject();
            json.WriteString("type", kind);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteStrings(json, "maskedPaths", Masked);
        WriteStrings(json, "readonlyPaths", ReadOnly);
        Seccomp.Write(json, plan.Request.Privileges);
        json.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, string[] values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
