using System.Globalization;
using System.Text;
using Glovebox.Api.Execution;
using Glovebox.Execution;

namespace Glovebox.Tests.Conformance.Suite;

/// <summary>A place for one box of a test: its directories, what it printed, and a request that runs this machine's own programs.</summary>
internal sealed class TestBox : IDisposable
{
    private const string Path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static int _numbers;

    private readonly NamedImage? _image;

    /// <param name="image">What its command runs in, for a backend that runs images by name.</param>
    public TestBox(bool isolated, NamedImage? image = null)
    {
        Isolated = isolated;
        _image = image;
        Id = string.Create(CultureInfo.InvariantCulture, $"test-{Environment.ProcessId}-{Interlocked.Increment(ref _numbers)}");
        Root = Directory.CreateDirectory(System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"glovebox-tests-{Environment.UserName}", Id)).FullName;
        State = Make("state");
        Layer = Make("layer");
        WorkTree = Make("tree");
        Upper = Make("upper");
        Work = Make("work");
        foreach (var name in (string[])["bin", "sbin", "lib", "lib64"])
        {
            if (new FileInfo("/" + name).LinkTarget is { } target) File.CreateSymbolicLink(System.IO.Path.Combine(Layer, name), target);
        }
    }

    public bool Isolated { get; }
    public string Id { get; }
    public string Root { get; }
    public string State { get; }
    public string Layer { get; }
    public string WorkTree { get; }
    public string Upper { get; }
    public string Work { get; }
    public string Log => System.IO.Path.Combine(Root, "log");
    public HeardOutput Output { get; } = new();
    public MemoryStream Error { get; } = new();

    public string Text => Encoding.UTF8.GetString(Output.ToArray());

    public string Make(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Root, name)).FullName;

    /// <summary>Runs a shell program.</summary>
    public ExecutionRequest Shell(string program) => Request("/bin/sh", "-c", program);

    public ExecutionRequest Request(params string[] command) => new()
    {
        Id = Id,
        StateDirectory = State,
        Root = new RootFileSystem([Layer]),
        Image = _image,
        Mounts = [.. _image is null ? HostPrograms() : [], new TmpfsMount("/tmp", 64 << 20)],
        Command = command,
        Environment = new Dictionary<string, string> { ["PATH"] = Path },
        WorkingDirectory = Isolated ? "/" : WorkTree,
        Grace = TimeSpan.FromSeconds(10),
        Streams = new ExecutionStreams(Log, Output: Output, Error: Error),
    };

    public void Dispose()
    {
        if (Directory.Exists(Root)) Directory.Delete(Root, recursive: true);
    }

    // A root made of this machine: its own programs, read-only, and nothing else.
    private static IEnumerable<Mount> HostPrograms()
    {
        foreach (var name in (string[])["/usr", "/bin", "/sbin", "/lib", "/lib64"])
        {
            if (Directory.Exists(name) && new FileInfo(name).LinkTarget is null) yield return new BindMount(name, name, ReadOnly: true);
        }
    }
}
