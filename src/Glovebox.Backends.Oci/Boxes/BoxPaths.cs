namespace Glovebox.Backends.Oci.Boxes;

/// <summary>What lies where in a box's state directory.</summary>
internal readonly record struct BoxPaths(string Root)
{
    public string Configuration => Path.Combine(Root, "config.json");
    public string Handle => Path.Combine(Root, "handle.json");
    public string RootMount => Path.Combine(Root, "rootfs");
    public string Skeleton => Path.Combine(Root, "skeleton");
    public string Links => Path.Combine(Root, "links");
    public string RuntimeState => Path.Combine(Root, "runtime");

    /// <summary>Where crun and runc hold a made box until it is started.</summary>
    public string StartPipe(string id) => Path.Combine(RuntimeState, id, "exec.fifo");

    public string RuntimeLog => Path.Combine(Root, "runtime.log");

    /// <summary>Number of the box's process 1, written by the runtime when the command runs.</summary>
    public string InitPid => Path.Combine(Root, "init.pid");
    public string MonitorPid => Path.Combine(Root, "monitor.pid");

    /// <summary>Where the monitor leaves a file named as the box, with its exit status.</summary>
    public string Exits => Path.Combine(Root, "exit");

    /// <summary>Why we ended the box, for whoever adopts it: the name of an end reason.</summary>
    public string EndReason => Path.Combine(Root, "ended");

    public string OverlayMount(int number) => Path.Combine(Root, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"mount{number}"));
}
