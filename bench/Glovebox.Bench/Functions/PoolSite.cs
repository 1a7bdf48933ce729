using Glovebox.Api.Functions;
using Glovebox.Backends.Oci;
using Glovebox.Environments;
using Glovebox.Execution;
using Glovebox.Functions.Pool;
using Glovebox.Home;

namespace Glovebox.Bench.Functions;

/// <summary>A pool on this machine's own programs, with functions that echo.</summary>
internal sealed class PoolSite : IAsyncDisposable
{
    private readonly OciBackend _backend = new(TimeProvider.System, spares: 2);
    private readonly string _folder;
    private readonly string _root;
    private int _functions;

    public PoolSite(string folder, int most)
    {
        _folder = folder;
        _root = ColdExecution.Skeleton(folder);
        Pool = new FunctionPool(_backend, new GloveboxHome(Path.Combine(folder, "home")), TimeProvider.System, new PoolSettings(most));
    }

    public FunctionPool Pool { get; }
    public OciBackend Backend => _backend;
    public string Root => _root;

    public FunctionPlan Echo()
    {
        var number = ++_functions;
        var code = Directory.CreateDirectory(Path.Combine(_folder, $"code{number}")).FullName;
        File.WriteAllText(Path.Combine(code, "main.py"), "def handle(params):\n    return params\n");
        return new FunctionPlan
        {
            Function = $"echo{number}", Version = 1, RuntimeKey = "python", Code = code, Path = "/ws", Contract = ContractKind.Python, Handler = "main.handle",
            Preload = Preload.None, Max = 2,
            Environment = new PreparedEnvironment("host", "", "", [_root], [new BindMount("/usr", "/usr", ReadOnly: true)],
                new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }, "/work", User: null),
        };
    }

    public async Task<CallReply> CallAsync(FunctionPlan plan)
    {
        var reply = await Pool.CallAsync(plan, new CallRequest("c", "", "{\"hello\":\"world\"}"u8.ToArray()), CancellationToken.None);
        return reply.Status == CallStatus.Done ? reply : throw new InvalidOperationException(reply.Error);
    }

    public async ValueTask DisposeAsync()
    {
        await Pool.DisposeAsync();
        _backend.Dispose();
    }
}
