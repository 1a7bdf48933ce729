namespace Glovebox.Backends.Oci.Boxes;

/// <summary>What lies where of a box: what must be there after a restart of the machine in its state directory, the rest in its bundle.</summary>
/// <param name="Bundle">The box's scratch directory, or its state directory where it has none.</param>
internal readonly record struct BoxPaths(string State, string Bundle)
{
    public const string InitPidName = "init.pid";

    /// <summary>Of a box that is about to be made.</summary>
    /// <exception cref="IOException">Its scratch directory cannot be made.</exception>
    public static BoxPaths Make(string stateDirectory, string id) => new(stateDirectory, BoxScratch.Make(id, stateDirectory) ?? stateDirectory);

    /// <summary>Of a box that somebody made.</summary>
    public static BoxPaths Find(string stateDirectory, string id) => new(stateDirectory, BoxScratch.Find(id) ?? stateDirectory);

    public string Configuration => Path.Combine(Bundle, "config.json");
    public string Handle => Path.Combine(State, "handle.json");
    public string RootMount => Path.Combine(Bundle, "rootfs");
    public string Skeleton => Path.Combine(Bundle, "skeleton");
    public string Links => Path.Combine(Bundle, "links");
    public string RuntimeState => Path.Combine(Bundle, "runtime");

    /// <summary>Where crun and runc hold a made box until it is started.</summary>
    public string StartPipe(string id) => Path.Combine(RuntimeState, id, "exec.fifo");

    public string RuntimeLog => Path.Combine(Bundle, "runtime.log");

    /// <summary>Number of the box's process 1, written by the runtime when the command runs.</summary>
    public string InitPid => Path.Combine(Bundle, InitPidName);
    public string MonitorPid => Path.Combine(Bundle, "monitor.pid");

    /// <summary>Where the monitor leaves a file named as the box, with its exit status.</summary>
    public string Exits => Path.Combine(State, "exit");

    /// <summary>Why we ended the box, for whoever adopts it: the name of an end reason.</summary>
    public string EndReason => Path.Combine(State, "ended");

    public string OverlayMount(int number) => Path.Combine(Bundle, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"mount{number}"));
}
