using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Functions.Instances;
using Glovebox.Functions.Pool;

namespace Glovebox.Tests.Functions;

public sealed class FunctionPoolTests : IAsyncDisposable
{
    private static readonly CallRequest Request = new("c", "", default);
    private readonly FakeClock _clock = new();
    private readonly FakeMaker _maker = new();
    private readonly FunctionPool _pool;

    public FunctionPoolTests() => _pool = new FunctionPool(_maker, _clock, new PoolSettings(4));

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private Task<CallReply> CallAsync(FunctionPlan plan, CancellationToken cancellation = default) => _pool.CallAsync(plan, Request, cancellation).AsTask();

    [Fact]
    public async Task The_first_call_is_cold_and_the_next_finds_its_instance()
    {
        var plan = FakeMaker.Plan("f");
        var first = CallAsync(plan);
        await _maker.UntilAsync(() => _maker.Made is [{ Calls.Count: 1 }]);
        _maker.Made[0].Reply();
        Assert.True((await first).Cold);
        var second = CallAsync(plan);
        _maker.Made[0].Reply();
        Assert.False((await second).Cold);
        Assert.Equal(new PoolCounts(0, 1, 0, 0, 1, 1), _pool.Count("f"));
    }

    [Fact]
    public async Task Waiting_calls_start_no_more_instances_than_the_most()
    {
        var plan = FakeMaker.Plan("f") with { Max = 3 };
        var calls = Enumerable.Range(0, 10).Select(_ => CallAsync(plan)).ToList();
        await _maker.UntilAsync(() => _maker.Made.Count == 3 && _maker.Made.All(instance => instance.Calls.Count == 1));
        Assert.Equal(new PoolCounts(0, 0, 3, 7, 0, 3), _pool.Count("f"));
        for (var done = 0; done < 10; done++)
        {
            await _maker.UntilAsync(() => _maker.Made.Any(instance => instance.Calls.Count > 0));
            _maker.Made.First(instance => instance.Calls.Count > 0).Reply();
        }
        await Task.WhenAll(calls);
        Assert.Equal(3, _maker.Made.Count);
    }

    [Fact]
    public async Task Quick_calls_wait_for_the_instance_there_is()
    {
        var plan = FakeMaker.Plan("f");
        await ServeOneAsync(plan);
        // How long a call takes is known from one that found its instance.
        var warm = CallAsync(plan);
        _maker.Made[0].Reply();
        await warm;
        var calls = Enumerable.Range(0, 5).Select(_ => CallAsync(plan)).ToList();
        for (var done = 0; done < 5; done++)
        {
            await _maker.UntilAsync(() => _maker.Made[0].Calls.Count > 0);
            _maker.Made[0].Reply();
        }
        await Task.WhenAll(calls);
        Assert.Single(_maker.Made);
    }

    [Fact]
    public async Task A_version_that_is_to_stand_ready_takes_the_places_of_idle_instances()
    {
        var busy = FakeMaker.Plan("f");
        var calls = Enumerable.Range(0, 4).Select(_ => CallAsync(busy)).ToList();
        await _maker.UntilAsync(() => _maker.Made.Count == 4 && _maker.Made.All(instance => instance.Calls.Count == 1));
        foreach (var instance in _maker.Made) instance.Reply();
        await Task.WhenAll(calls);

        var ready = FakeMaker.Plan("g") with { Min = 2 };
        _pool.Keep([busy, ready]);
        await _pool.ReadyAsync(ready, TestContext.Current.CancellationToken);
        await _maker.UntilAsync(() => _maker.Live.Any(instance => instance.Plan == ready));
        Assert.True(_maker.Live.Count() <= 4);
        var next = ready with { Version = 2 };
        _pool.Keep([busy, ready, next]);
        await _pool.ReadyAsync(next, TestContext.Current.CancellationToken);

        var most = FakeMaker.Plan("h") with { Min = 3 };
        _pool.Keep([busy, ready, most]);
        var refused = await Assert.ThrowsAsync<RefusalException>(() => _pool.ReadyAsync(most, TestContext.Current.CancellationToken));
        Assert.Contains("4 instances at most, and 2 are kept", refused.Message);
    }

    [Fact]
    public async Task A_full_queue_refuses()
    {
        var plan = FakeMaker.Plan("f") with { QueueLimit = 2, Max = 1 };
        _maker.Gate = new TaskCompletionSource();
        var calls = new[] { CallAsync(plan), CallAsync(plan) };
        var busy = await Assert.ThrowsAsync<BusyException>(() => CallAsync(plan));
        Assert.InRange(busy.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        _maker.Gate.SetResult();
        await _maker.UntilAsync(() => _maker.Made is [{ Calls.Count: 1 }]);
        _maker.Made[0].Reply();
        await _maker.UntilAsync(() => _maker.Made[0].Calls.Count == 1);
        _maker.Made[0].Reply();
        await Task.WhenAll(calls);
    }

    [Fact]
    public async Task Idle_instances_above_the_minimum_go_after_their_time()
    {
        var plan = FakeMaker.Plan("f") with { Min = 1, Max = 2, Idle = TimeSpan.FromMinutes(5) };
        var calls = new[] { CallAsync(plan), CallAsync(plan) };
        await _maker.UntilAsync(() => _maker.Made.Sum(instance => instance.Calls.Count) == 2);
        foreach (var instance in _maker.Made) instance.Reply();
        await Task.WhenAll(calls);
        await _maker.UntilAsync(() => _pool.Count("f").Idle == 2);
        _clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.Equal(2, _pool.Count("f").Idle);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await _maker.UntilAsync(() => _maker.Live.Count() == 1);
    }

    [Fact]
    public async Task To_zero_and_then_no_timer_is_left()
    {
        await ServeOneAsync(FakeMaker.Plan("f"));
        _clock.Advance(TimeSpan.FromMinutes(6));
        await _maker.UntilAsync(() => !_maker.Live.Any());
        Assert.Null(_clock.NextTimer());
    }

    [Fact]
    public async Task A_failed_start_fails_those_who_wait_and_is_not_tried_at_once()
    {
        var plan = FakeMaker.Plan("f");
        _maker.Failure = new StartException("broken", "trace");
        var first = await CallAsync(plan);
        Assert.Equal((CallStatus.Failed, 503, "broken", "trace"), (first.Status, first.HttpStatus, first.Error, first.Traceback));
        _maker.Failure = null;
        Assert.Equal("broken", (await CallAsync(plan)).Error);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await ServeOneAsync(plan);
    }

    [Fact]
    public async Task A_broken_instance_gets_no_more_calls()
    {
        var plan = FakeMaker.Plan("f");
        await ServeOneAsync(plan);
        _maker.Made[0].Usable = false;
        var call = CallAsync(plan);
        await _maker.UntilAsync(() => _maker.Made is [{ Disposed: true }, { Calls.Count: 1 }]);
        _maker.Made[1].Reply();
        Assert.True((await call).Cold);
    }

    [Fact]
    public async Task One_that_talks_out_of_turn_is_replaced_and_its_successor_has_the_call_whatever_it_says()
    {
        var plan = FakeMaker.Plan("f");
        await ServeOneAsync(plan);
        _maker.Talks = true;
        var call = CallAsync(plan);
        await _maker.UntilAsync(() => _maker.Made is [{ Disposed: true }, { Calls.Count: 1 }]);
        _maker.Made[1].Reply();
        Assert.Equal(CallStatus.Done, (await call).Status);
        Assert.Equal(new PoolCounts(0, 1, 0, 0, 1, 2), _pool.Count("f"));
    }

    [Fact]
    public async Task The_call_that_waits_is_on_its_way_before_the_one_before_it_is_answered()
    {
        var plan = FakeMaker.Plan("f") with { Max = 1 };
        var first = CallAsync(plan);
        await _maker.UntilAsync(() => _maker.Made is [{ Calls.Count: 1 }]);
        var second = CallAsync(plan);
        _maker.Made[0].Reply();
        await first;
        Assert.Single(_maker.Made[0].Calls);
        _maker.Made[0].Reply();
        await second;
    }

    [Fact]
    public async Task A_thousand_waiting_calls_that_are_answered_at_once_do_not_stand_on_each_other()
    {
        var plan = FakeMaker.Plan("f") with { Max = 1 };
        var first = CallAsync(plan);
        await _maker.UntilAsync(() => _maker.Made is [{ Calls.Count: 1 }]);
        var rest = Enumerable.Range(0, 1000).Select(_ => CallAsync(plan)).ToList();
        _maker.AnswersAtOnce = true;
        _maker.Made[0].Reply();
        await first;
        Assert.All(await Task.WhenAll(rest), reply => Assert.Equal(CallStatus.Done, reply.Status));
    }

    [Fact]
    public async Task One_that_dies_idle_below_the_minimum_is_replaced()
    {
        var plan = FakeMaker.Plan("f") with { Min = 1 };
        await ServeOneAsync(plan);
        _maker.Made[0].Die();
        await _maker.UntilAsync(() => _maker.Made is [{ Disposed: true }, _]);
    }

    [Fact]
    public async Task A_function_without_instances_gets_one_from_a_busy_node()
    {
        var greedy = FakeMaker.Plan("greedy") with { Max = 4 };
        var calls = Enumerable.Range(0, 12).Select(_ => CallAsync(greedy)).ToList();
        await _maker.UntilAsync(() => _maker.Made.Count == 4 && _maker.Made.All(instance => instance.Calls.Count == 1));
        var modest = CallAsync(FakeMaker.Plan("modest"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        _maker.Made[0].Reply();
        await _maker.UntilAsync(() => _maker.Made.Count == 5 && _maker.Made[4].Calls.Count == 1);
        Assert.Equal("modest", _maker.Made[4].Plan!.Function);
        _maker.Made[4].Reply();
        Assert.Equal(CallStatus.Done, (await modest).Status);
        for (var done = 1; done < 12; done++)
        {
            await _maker.UntilAsync(() => _maker.Live.Any(instance => instance.Calls.Count > 0));
            _maker.Live.First(instance => instance.Calls.Count > 0).Reply();
        }
        await Task.WhenAll(calls);
    }

    [Fact]
    public async Task An_idle_instance_of_another_makes_room()
    {
        var old = FakeMaker.Plan("old") with { Max = 4 };
        var calls = Enumerable.Range(0, 4).Select(_ => CallAsync(old)).ToList();
        await _maker.UntilAsync(() => _maker.Made.Count == 4 && _maker.Made.All(instance => instance.Calls.Count == 1));
        foreach (var instance in _maker.Made) instance.Reply();
        await Task.WhenAll(calls);
        await ServeOneAsync(FakeMaker.Plan("new"));
        Assert.Equal(3, _pool.Count("old").Idle);
    }

    [Fact]
    public async Task A_cancelled_call_leaves_the_queue()
    {
        var plan = FakeMaker.Plan("f") with { Max = 1 };
        _maker.Gate = new TaskCompletionSource();
        using var cancel = new CancellationTokenSource();
        var call = CallAsync(plan, cancel.Token);
        await cancel.CancelAsync();
        Assert.Equal(CallStatus.Cancelled, (await call).Status);
        Assert.Equal(0, _pool.Count("f").Waiting);
        _maker.Gate.SetResult();
    }

    [Fact]
    public async Task A_version_that_is_not_kept_finishes_and_goes()
    {
        var (old, fresh) = (FakeMaker.Plan("f"), FakeMaker.Plan("f", 2) with { Min = 1 });
        var call = CallAsync(old);
        await _maker.UntilAsync(() => _maker.Made is [{ Calls.Count: 1 }]);
        _pool.Keep([fresh]);
        await _pool.ReadyAsync(fresh, TestContext.Current.CancellationToken);
        Assert.False(_maker.Made[0].Disposed);
        _maker.Made[0].Reply();
        Assert.Equal(CallStatus.Done, (await call).Status);
        await _maker.UntilAsync(() => _maker.Made[0].Disposed);
        Assert.Equal(1, _pool.Count("f").Idle);
    }

    [Fact]
    public async Task Generic_instances_wait_and_are_replaced()
    {
        var plan = FakeMaker.Plan("f") with { Preload = Preload.Runtime };
        _pool.Keep([plan]);
        await _pool.ReadyAsync(plan, TestContext.Current.CancellationToken);
        Assert.Null(Assert.Single(_maker.Made).Plan);
        var call = CallAsync(plan);
        await _maker.UntilAsync(() => _maker.Made is [{ Calls.Count: 1 }, { Plan: null }]);
        _maker.Made[0].Reply();
        Assert.True((await call).Cold);
        _pool.Keep([]);
        await _maker.UntilAsync(() => !_maker.Live.Any());
    }

    [Fact]
    public async Task Several_calls_share_an_instance()
    {
        var plan = FakeMaker.Plan("f") with { Concurrency = 3 };
        var calls = Enumerable.Range(0, 3).Select(_ => CallAsync(plan)).ToList();
        await _maker.UntilAsync(() => _maker.Made is [{ Calls.Count: 3 }]);
        for (var i = 0; i < 3; i++) _maker.Made[0].Reply();
        await Task.WhenAll(calls);
        Assert.Equal(1, _pool.Count("f").Idle);
    }

    [Fact]
    public async Task What_was_called_lately_stands_ready()
    {
        var plan = FakeMaker.Plan("f") with { Preload = Preload.Auto, Idle = TimeSpan.FromSeconds(20), Max = 2 };
        var calls = new[] { CallAsync(plan), CallAsync(plan) };
        await _maker.UntilAsync(() => _maker.Made.Sum(instance => instance.Calls.Count) == 2);
        foreach (var instance in _maker.Made) instance.Reply();
        await Task.WhenAll(calls);
        _clock.Advance(TimeSpan.FromSeconds(200));
        Assert.Equal(2, _maker.Live.Count());
        _clock.Advance(TimeSpan.FromSeconds(150));
        await _maker.UntilAsync(() => !_maker.Live.Any());
        Assert.Null(_clock.NextTimer());
    }

    private async Task ServeOneAsync(FunctionPlan plan)
    {
        var before = _maker.Made.Count;
        var call = CallAsync(plan);
        await _maker.UntilAsync(() => _maker.Made.Count > before && _maker.Made[^1].Calls.Count == 1);
        _maker.Made[^1].Reply();
        Assert.Equal(CallStatus.Done, (await call).Status);
    }
}
