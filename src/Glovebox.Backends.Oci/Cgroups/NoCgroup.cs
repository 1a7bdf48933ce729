using Glovebox.Api.Execution;

namespace Glovebox.Backends.Oci.Cgroups;

/// <summary>A machine, or a user, without cgroups: nothing is limited and nothing counted.</summary>
/// <param name="countsProcesses">Something else bounds processes: an ordinary user's boxes have a user namespace each, which counts (since Linux 5.14).</param>
internal sealed class NoCgroupSite(string reason, bool countsProcesses = false) : ICgroupSite
{
    public static readonly ICgroup Nothing = new NoCgroup();

    public string Mode => "none";
    public IReadOnlyCollection<string> Parents => [];

    public string? Refuse(Limits limits)
    {
        var what = limits.MemoryBytes is not null ? "memory" : limits.Cpus is not null ? "cpus" : limits.Pids is not null && !countsProcesses ? "pids" : null;
        return what is null
            ? null
            : $"The limit '{what}' cannot be enforced here: {reason}. Run as root on a machine with writable cgroups, or leave the limit out.";
    }

    public ICgroup Create(string name) => Nothing;

    public ICgroup Open(IReadOnlyList<string> directories) => Nothing;

    private sealed class NoCgroup : ICgroup
    {
        public IReadOnlyList<string> Directories => [];
        public IReadOnlyList<string> EntryFiles => [];
        public IReadOnlyList<string> HomeFiles => [];
        public string? RuntimePath => null;

        public void Apply(Limits limits, int overhead)
        {
        }

        public void Enter(int pid)
        {
        }

        public CgroupReading Read() => new(null, null, 0);

        public void Kill()
        {
        }

        public bool TryRemove() => true;
    }
}
