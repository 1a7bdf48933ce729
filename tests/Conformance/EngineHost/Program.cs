using System.Globalization;
using Glovebox.Api.Execution;
using Glovebox.Api.Functions;
using Glovebox.Backends.Docker;
using Glovebox.Backends.Native;
using Glovebox.Backends.Oci;
using Glovebox.Environments;
using Glovebox.Execution;
using Glovebox.Functions.Pool;
using Glovebox.Home;
using Glovebox.Tests.Conformance.Suite;

// An engine in a process of its own, for tests that kill it, and for measuring.
//   EngineHost attached|detached PROGRAM [TIMEOUT-SECONDS]   starts a shell program, prints "ID ROOT", and waits to be killed
//   EngineHost native PROGRAM                                the same without a box
//   EngineHost pool                                          keeps two instances of a function ready, prints "ID ROOT", and waits to be killed
//   EngineHost docker ADDRESS IMAGE PROGRAM [TIMEOUT-SECONDS [LOG-LIMIT]]  the same in a container, which sees the folder ROOT/tree as /tree
//   EngineHost input|terminal PROGRAM                        runs a shell program on its own standard input or terminal
//   EngineHost bench COUNT [SPARES]                          prints the median milliseconds of running /bin/true
switch (args)
{
    case ["attached" or "detached" or "native", var program, .. var rest]:
    {
        var box = new TestBox(isolated: args[0] != "native");
        IBackend backend = box.Isolated ? new OciBackend(TimeProvider.System) : new NativeBackend(TimeProvider.System);
        var request = box.Shell(program) with
        {
            Detached = args[0] == "detached",
            Grace = TimeSpan.FromSeconds(1),
            Streams = new ExecutionStreams(box.Log),
            Limits = new Limits(Timeout: rest is [var seconds, ..] ? TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)) : null),
        };
        var result = await backend.StartAsync(request, CancellationToken.None);
        Console.WriteLine(result.Failure?.Message ?? $"{box.Id} {box.Root}");
        await new TaskCompletionSource().Task;
        return 0;
    }

    case ["pool"]:
    {
        var box = new TestBox(isolated: true);
        var code = box.Make("code");
        File.WriteAllText(Path.Combine(code, "main.py"), "def handle(params):\n    return params\n");
        var model = box.Request("true");
        var plan = new FunctionPlan
        {
            Function = "f", Version = 1, RuntimeKey = "r", Code = code, Path = "/ws", Contract = ContractKind.Python, Handler = "main.handle", Min = 2,
            Environment = new PreparedEnvironment("host", "", "", model.Root.Layers, [.. model.Mounts.OfType<BindMount>()], model.Environment, "/", User: null),
        };
        var pool = new FunctionPool(new OciBackend(TimeProvider.System), new GloveboxHome(box.Root), TimeProvider.System);
        pool.Keep([plan]);
        await pool.ReadyAsync(plan, CancellationToken.None);
        Console.WriteLine($"{box.Id} {box.Root}");
        await new TaskCompletionSource().Task;
        return 0;
    }

    case ["docker", var address, var image, var program, .. var rest]:
    {
        var box = new TestBox(isolated: true, new NamedImage(image, PullPolicy.Never, new Dictionary<string, string>()));
        var request = box.Shell(program) with
        {
            Detached = true,
            Mounts = [new BindMount(box.WorkTree, "/tree", ReadOnly: false)],
            Grace = TimeSpan.FromSeconds(1),
            Streams = new ExecutionStreams(box.Log, LogLimitBytes: rest is [_, var limit] ? long.Parse(limit, CultureInfo.InvariantCulture) : null),
            Limits = new Limits(Timeout: rest is [var seconds, ..] ? TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)) : null),
        };
        using var backend = new DockerBackend(new DockerHost { Address = address }, TimeProvider.System);
        var result = await backend.StartAsync(request, CancellationToken.None);
        Console.WriteLine(result.Failure?.Message ?? $"{box.Id} {box.Root}");
        await new TaskCompletionSource().Task;
        return 0;
    }

    case ["input" or "terminal", var program]:
    {
        using var box = new TestBox(isolated: true);
        using var output = Console.OpenStandardOutput();
        var request = box.Shell(program) with
        {
            Streams = new ExecutionStreams(box.Log, Terminal: args[0] == "terminal", InheritInput: true, Output: output),
        };
        var result = await new OciBackend(TimeProvider.System).StartAsync(request, CancellationToken.None);
        if (result.Failure is not null) Console.WriteLine(result.Failure.Message);
        if (result.Instance is null) return 125;
        await using var instance = result.Instance;
        return (await instance.WaitAsync(CancellationToken.None)).ExitCode ?? 1;
    }

    case ["bench", var count, .. var rest]:
    {
        var spares = rest is [var number] ? int.Parse(number, CultureInfo.InvariantCulture) : 0;
        using var backend = new OciBackend(TimeProvider.System, spares);
        using var image = new TestBox(isolated: true);
        foreach (var name in (string[])["dev", "proc", "sys", "tmp", "usr"]) Directory.CreateDirectory(Path.Combine(image.Layer, name));
        var times = new List<double>();
        var phases = (Start: 0.0, Run: 0.0, Dispose: 0.0);
        for (var i = 0; i < int.Parse(count, CultureInfo.InvariantCulture); i++)
        {
            var state = image.Make($"state{i}");
            var request = image.Request("/bin/true") with
            {
                Id = $"{image.Id}-{i}",
                StateDirectory = state,
                Root = new RootFileSystem([image.Layer], image.Make($"upper{i}"), image.Make($"work{i}")),
            };
            var began = TimeProvider.System.GetTimestamp();
            var started = await backend.StartAsync(request, CancellationToken.None);
            var startedAfter = TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
            if (started.Failure is not null) throw new InvalidOperationException(started.Failure.Message);
            var outcome = await started.Instance!.WaitAsync(CancellationToken.None);
            var ended = TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
            await started.Instance.DisposeAsync();
            if (i > 1) phases = (phases.Start + startedAfter, phases.Run + ended - startedAfter, phases.Dispose + TimeProvider.System.GetElapsedTime(began).TotalMilliseconds - ended);
            times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            if (i % 100 == 99) Console.WriteLine($"{i}: self user {Environment.CpuUsage.UserTime.TotalMilliseconds:0} sys {Environment.CpuUsage.PrivilegedTime.TotalMilliseconds:0} allocated {GC.GetTotalAllocatedBytes() / (i + 1)}/box");
            if (i < 2) Console.WriteLine($"{ended:0.0} {times[^1]:0.0} {outcome.Usage}");
        }
        Console.WriteLine($"mean start {phases.Start / (times.Count - 2):0.0} run {phases.Run / (times.Count - 2):0.0} dispose {phases.Dispose / (times.Count - 2):0.0}");
        times.Sort();
        Console.WriteLine($"median {times[times.Count / 2]:0.00} ms, p90 {times[times.Count * 9 / 10]:0.00} ms");
        return 0;
    }

    default:
        return 2;
}
