using Glovebox.Api.Functions;
using Glovebox.Environments;
using Glovebox.Functions.Instances;
using Glovebox.Functions.Pool;

namespace Glovebox.Tests.Functions;

/// <summary>Makes instances that do as the test says.</summary>
internal sealed class FakeMaker : IInstanceMaker
{
    private readonly Lock _changing = new();
    private readonly List<(Func<bool> Condition, TaskCompletionSource Met)> _waiting = [];
    private int _numbers;

    /// <summary>Not null: what starts say.</summary>
    public StartException? Failure { get; set; }

    /// <summary>Calls are answered before whoever makes them can wait.</summary>
    public bool AnswersAtOnce { get; set; }

    /// <summary>All of its instances say what nobody has asked for.</summary>
    public bool Talks { get; set; }

    /// <summary>Starts wait for it.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public List<FakeInstance> Made { get; } = [];

    public IEnumerable<FakeInstance> Live => Made.Where(instance => !instance.Disposed);

    public bool CanBeGeneric(FunctionPlan plan) => true;

    public static FunctionPlan Plan(string function, int version = 1) => new()
    {
        Function = function, Version = version, RuntimeKey = "r", Code = "/", Path = "/ws", Contract = ContractKind.Python, Preload = Preload.None,
        Environment = new PreparedEnvironment("host", "", "", [], [], new Dictionary<string, string>(), "/", null),
    };

    public async Task<IWarmInstance> MakeAsync(FunctionPlan plan, bool generic, CancellationToken cancellation)
    {
        var instance = new FakeInstance(this, $"i{Interlocked.Increment(ref _numbers)}", generic ? null : plan);
        if (Gate is { } gate) await gate.Task.WaitAsync(cancellation);
        if (Failure is { } failure) throw failure;
        lock (_changing) Made.Add(instance);
        Changed();
        return instance;
    }

    /// <summary>Waits until it is so; looked at whenever an instance is made, called or ended.</summary>
    public Task UntilAsync(Func<bool> condition)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_changing) _waiting.Add((condition, met));
        Changed();
        return met.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    public void Changed()
    {
        lock (_changing)
        {
            foreach (var (condition, met) in _waiting)
                if (condition()) met.TrySetResult();
        }
    }
}

internal sealed class FakeInstance(FakeMaker maker, string id, FunctionPlan? plan) : IWarmInstance
{
    private readonly TaskCompletionSource _ended = new();

    public string Id => id;
    public FunctionPlan? Plan { get; private set; } = plan;
    public bool Usable { get; set; } = true;
    public bool IsQuiet => !maker.Talks;
    public bool Disposed { get; private set; }
    public Task Ended => _ended.Task;

    /// <summary>Calls that it has and the test has not ended yet.</summary>
    public List<TaskCompletionSource<CallReply>> Calls { get; } = [];

    public Task LoadAsync(FunctionPlan plan, CancellationToken cancellation)
    {
        Plan = plan;
        return Task.CompletedTask;
    }

    public async ValueTask<CallReply> CallAsync(CallRequest request, CallStart start, CancellationToken cancellation)
    {
        if (maker.AnswersAtOnce) return new CallReply { Status = CallStatus.Done, HttpStatus = 200, Instance = id, Cold = start.Cold };
        var call = new TaskCompletionSource<CallReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (Calls) Calls.Add(call);
        maker.Changed();
        return await call.Task with { Cold = start.Cold };
    }

    /// <summary>Ends its oldest call.</summary>
    public void Reply(double seconds = 0.001)
    {
        TaskCompletionSource<CallReply> call;
        lock (Calls)
        {
            call = Calls[0];
            Calls.RemoveAt(0);
        }
        call.SetResult(new CallReply { Status = CallStatus.Done, HttpStatus = 200, Instance = id, Timings = new CallTimings(0, 0, 0, seconds, 0) });
    }

    /// <summary>Its box ends by itself.</summary>
    public void Die()
    {
        Usable = false;
        _ended.SetResult();
    }

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        maker.Changed();
        return ValueTask.CompletedTask;
    }
}
