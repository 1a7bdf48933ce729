using System.Text;
using Glovebox.Api.Functions;
using Glovebox.Backends.Oci;
using Glovebox.Environments;
using Glovebox.Execution;
using Glovebox.Functions.Pool;
using Glovebox.Home;

namespace Glovebox.Tests.Conformance.Functions;

/// <summary>A home with a pool on this machine's own programs, and functions written by a test.</summary>
internal sealed class FunctionSite : IAsyncDisposable
{
    private const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static readonly string[] Programs = ["/usr", "/bin", "/sbin", "/lib", "/lib64"];
    private static int _numbers;

    private readonly OciBackend _backend = new(TimeProvider.System);
    private readonly string _layer;
    private int _versions;

    public FunctionSite(int most = 8)
    {
        Root = Directory.CreateTempSubdirectory("glovebox-functions-").FullName;
        Home = new GloveboxHome(Path.Combine(Root, "home"));
        _layer = Directory.CreateDirectory(Path.Combine(Root, "layer")).FullName;
        foreach (var name in Programs)
        {
            if (new FileInfo(name).LinkTarget is { } target) File.CreateSymbolicLink(_layer + name, target);
        }
        Pool = new FunctionPool(_backend, Home, TimeProvider.System, new PoolSettings(most));
    }

    public string Root { get; }
    public GloveboxHome Home { get; }
    public FunctionPool Pool { get; }

    /// <summary>A version with one Python file.</summary>
    public FunctionPlan Python(string code) => Plan(ContractKind.Python, "main.handle", ("main.py", code));

    public FunctionPlan Node(string code, string file = "index.js") => Plan(ContractKind.Node, file, (file, code));

    public FunctionPlan Plan(ContractKind contract, string handler, params (string Name, string Text)[] files)
    {
        var version = Interlocked.Increment(ref _versions);
        var code = Directory.CreateDirectory(Path.Combine(Root, $"code{version}")).FullName;
        foreach (var (name, text) in files)
        {
            File.WriteAllText(Path.Combine(code, name), text);
            File.SetUnixFileMode(Path.Combine(code, name), (UnixFileMode)0x1ED);
        }
        return new FunctionPlan
        {
            Function = $"f{Interlocked.Increment(ref _numbers)}", Version = 1, RuntimeKey = contract.ToString(), Environment = Environment(),
            Code = code, Path = "/ws", Contract = contract, Handler = handler, Preload = Preload.None, Max = 2,
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    public Task<CallReply> CallAsync(FunctionPlan plan, string body = "{}", CancellationToken cancellation = default) =>
        CallAsync(plan, new CallRequest("c1", "application/json", Encoding.UTF8.GetBytes(body)), cancellation);

    public async Task<CallReply> CallAsync(FunctionPlan plan, CallRequest request, CancellationToken cancellation = default)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, TestContext.Current.CancellationToken);
        return await Pool.CallAsync(plan, request, both.Token);
    }

    public async Task<string> TextAsync(FunctionPlan plan, string body = "{}")
    {
        var reply = await CallAsync(plan, body);
        Assert.True(reply.Status == CallStatus.Done, $"{reply.Status}: {reply.Error}\n{reply.Traceback}");
        return Text(reply.Body);
    }

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    public async ValueTask DisposeAsync()
    {
        await Pool.DisposeAsync();
        _backend.Dispose();
        Assert.Empty(Directory.Exists(Home.Instances) ? Directory.EnumerateDirectories(Home.Instances) : []);
        Directory.Delete(Root, recursive: true);
    }

    private PreparedEnvironment Environment()
    {
        Mount[] mounts =
        [
            .. Programs.Where(name => Directory.Exists(name) && new FileInfo(name).LinkTarget is null).Select(name => new BindMount(name, name, ReadOnly: true)),
        ];
        return new PreparedEnvironment("host", "sha256:0", "sha256:0", [_layer], mounts, new Dictionary<string, string> { ["PATH"] = SearchPath }, "/work", User: null);
    }
}
