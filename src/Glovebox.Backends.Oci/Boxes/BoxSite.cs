using Glovebox.Linux;
using Glovebox.Backends.Oci.Cgroups;
using Glovebox.Backends.Oci.Machine;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>What this machine gives every box: programs, cgroups, and whose rights we have. Found out once.</summary>
internal sealed record BoxSite(EngineTools Tools, ICgroupSite Cgroups, bool Rootless, TimeProvider Time)
{
    /// <summary>crun before 1.9 refuses a machine with both cgroup versions; when it shall not touch cgroups, it need not see them.</summary>
    public bool HideCgroups => Tools.Runtime!.IsCrun && Cgroups.Mode != "v2";

    /// <summary>What boxes are begun with. An ordinary user's begin in a user namespace, from where the files of this process are out of reach.</summary>
    public string RuntimeProgram => Tools.Runtime!.IsCrun && !Rootless ? SealedProgram.Of(Tools.Runtime.Path) : Tools.Runtime.Path;

    /// <summary>Processes and threads in a box's cgroup beside its own: the init program and the runtime, which for runc is one with many threads.</summary>
    public int ProcessOverhead => Tools.Runtime!.IsCrun ? 2 : 24;

    public static BoxSite Find(TimeProvider time, params ReadOnlySpan<string> runtimes) =>
        new(EngineTools.Find(runtimes), CgroupSite.Detect(), Libc.EffectiveUser() != 0, time);
}
