using System.Text.Json;
using Glovebox.Api.Execution;
using Glovebox.Execution;

namespace Glovebox.Backends.Oci.Bundle;

/// <summary>The <c>mounts</c> of a configuration, in the order in which the runtime makes them.</summary>
internal readonly struct BundleMounts(Utf8JsonWriter json, BundlePlan plan)
{
    public void Write(string initInside)
    {
        Add("/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]);
        Add("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]);
        Add("/dev/pts", "devpts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]);
        Add("/dev/shm", "tmpfs", "shm", ["nosuid", "noexec", "nodev", "mode=1777", "size=" + SharedMemory()]);
        Add("/dev/mqueue", "mqueue", "mqueue", ["nosuid", "noexec", "nodev"]);
        // Only who owns the network namespace may mount a new sysfs of it.
        if (plan.Rootless && plan.Request.Network == NetworkMode.Host) Add("/sys", "bind", "/sys", ["rbind", "rro", "nosuid", "noexec", "nodev"]);
        else Add("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", "ro"]);
        foreach (var mount in plan.Mounts)
        {
            switch (mount)
            {
                // crun applies "rro" to directories only; below a file there is nothing to be recursive about.
                case BindMount { ReadOnly: true } file when File.Exists(file.Source):
                    Add(file.Target, "bind", file.Source, ["bind", "ro", "nosuid", "nodev"]);
                    break;
                case BindMount { ReadOnly: true } bind: Add(bind.Target, "bind", bind.Source, ["rbind", "rro", "nosuid", "nodev"]); break;
                case BindMount bind: Add(bind.Target, "bind", bind.Source, ["rbind", "rw", "nosuid", "nodev"]); break;
                case TmpfsMount tmpfs:
                    Add(tmpfs.Target, "tmpfs", "tmpfs", ["nosuid", "nodev", "mode=1777", "size=" + Number(tmpfs.SizeBytes)]);
                    break;
            }
        }
        foreach (var device in plan.Request.Devices) Add(device, "bind", device, ["bind", "rw", "nosuid", "noexec"]);
        if (plan.Init is not null) Add(initInside, "bind", plan.Init.Path, ["bind", "ro", "nosuid", "nodev"]);
    }

    // Programs that share arrays between processes use it freely; it counts as the box's memory, so the memory limit is the bound.
    private string SharedMemory() => plan.Request.Limits.MemoryBytes is { } limit ? Number(limit) : "50%";

    private static string Number(long value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private void Add(string target, string type, string source, ReadOnlySpan<string> options)
    {
        json.WriteStartObject();
        json.WriteString("destination", target);
        json.WriteString("type", type);
        json.WriteString("source", source);
        json.WriteStartArray("options");
        foreach (var option in options) json.WriteStringValue(option);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
