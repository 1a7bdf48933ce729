using System.Globalization;
using Glovebox.Api.Functions;
using Glovebox.Functions.Pool;

namespace Glovebox.Tests.Conformance.Functions;

/// <summary>What calls share and what they do not, and what stands ready.</summary>
public sealed class IsolationTests : IAsyncDisposable
{
    private const string Counting = "import os\nn = 0\ndef handle(params):\n    global n\n    n += 1\n    return [os.getpid(), n, sorted(os.listdir('/tmp')), open('/tmp/%d' % n, 'w').close()][:3]\n";

    private readonly FunctionSite _site = new();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Two_functions_see_nothing_of_each_other()
    {
        const string Look = """
            import os
            def handle(params):
                open('/tmp/mine', 'w').write(params['name'])
                return {'ws': sorted(os.listdir('/ws')), 'tmp': open('/tmp/mine').read(), 'secret': os.environ.get('SECRET'),
                    'others': [p for p in os.listdir('/proc') if p.isdigit() and b'SECRET=two' in open('/proc/%s/environ' % p, 'rb').read()],
                    'processes': len([p for p in os.listdir('/proc') if p.isdigit()]), 'home': os.path.exists(params['home'])}
            """;
        var one = _site.Plan(ContractKind.Python, "main.handle", ("main.py", Look), ("one.txt", "")) with { Variables = new Dictionary<string, string> { ["SECRET"] = "one" } };
        var two = _site.Plan(ContractKind.Python, "main.handle", ("main.py", Look), ("two.txt", "")) with { Variables = new Dictionary<string, string> { ["SECRET"] = "two" } };
        await _site.TextAsync(two, $"{{\"name\":\"two\",\"home\":\"{_site.Root}\"}}");
        var seen = await _site.TextAsync(one, $"{{\"name\":\"one\",\"home\":\"{_site.Root}\"}}");
        Assert.Equal("""{"ws":["main.py","one.txt"],"tmp":"one","secret":"one","others":[],"processes":2,"home":false}""", seen);
    }

    [Fact]
    public async Task Code_cannot_change_itself_nor_the_runner()
    {
        var plan = _site.Python("""
            def handle(params):
                told = []
                for path in ('/ws/main.py', '/ws/new', '/run/glovebox/lib/runner.py', '/run/glovebox/link/s2', '/etc/x', '/x'):
                    try: open(path, 'a'); told.append(path)
                    except OSError: pass
                return told
            """);
        Assert.Equal("[]", await _site.TextAsync(plan));
    }

    [Fact]
    public async Task The_network_is_closed_and_limits_hold()
    {
        var plan = _site.Python("""
            import socket, resource, os
            def handle(params):
                try: socket.create_connection(('192.0.2.1', 80), 5); return 'open'
                except OSError as error: network = error.errno
                size = os.statvfs('/tmp')
                return [network, resource.getrlimit(resource.RLIMIT_NOFILE)[0], size.f_blocks * size.f_frsize]
            """) with { OpenFiles = 64, TmpBytes = 1 << 20 };
        Assert.Equal("[101,64,1048576]", await _site.TextAsync(plan));
    }

    [Fact]
    public async Task With_reuse_an_instance_serves_call_after_call()
    {
        var plan = _site.Python(Counting);
        await _site.TextAsync(plan);
        Assert.EndsWith(",2,[\"1\"]]", await _site.TextAsync(plan));
    }

    [Fact]
    public async Task With_reuse_a_call_finds_nothing_of_another_calls_parameters()
    {
        var plan = _site.Python("""
            import gc
            def handle(params):
                if params: return 'kept'
                return [str(o) for o in gc.get_objects() if isinstance(o, dict) and 'pass' in o and o is not globals()] + \
                    [f for f in ('out', 'err') if open('/run/glovebox/' + f).read()]
            """);
        await _site.TextAsync(plan, """{"pass":"word"}""");
        Assert.Equal("[]", await _site.TextAsync(plan, "null"));
    }

    [Fact]
    public async Task With_fork_a_call_changes_nothing_for_the_next()
    {
        var plan = _site.Python(Counting) with { Isolation = Isolation.Fork };
        var pids = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            var text = await _site.TextAsync(plan);
            Assert.Contains(",1,", text);
            pids.Add(text.Split(',')[0]);
        }
        Assert.Equal(3, pids.Count);
        Assert.Equal(1, _site.Pool.Count(plan.Function).Idle);
    }

    [Theory]
    [InlineData("os._exit(7)", "ended with code 7")]
    [InlineData("os.kill(os.getpid(), 11)", "SIGSEGV")]
    [InlineData("os.kill(os.getpid(), 9)", "SIGKILL")]
    [InlineData("raise KeyError('x')", "KeyError")]
    [InlineData("sys.exit(1)", "sys.exit(1)")]
    public async Task With_fork_a_call_that_breaks_leaves_its_parent(string statement, string said)
    {
        var plan = _site.Python($"import os, sys\ndef handle(params):\n    print('told')\n    if params: {statement}\n    return os.getppid()\n") with { Isolation = Isolation.Fork };
        var parent = await _site.TextAsync(plan, "0");
        var reply = await _site.CallAsync(plan, "1");
        Assert.Equal(CallStatus.Failed, reply.Status);
        Assert.Contains(said, reply.Error);
        var again = await _site.CallAsync(plan, "0");
        Assert.Equal(parent, FunctionSite.Text(again.Body));
        Assert.EndsWith("told\n", FunctionSite.Text(again.Output));
    }

    [Fact]
    public async Task With_fork_a_call_past_its_deadline_leaves_its_parent()
    {
        var plan = _site.Python("import os, time\ndef handle(params):\n    if params: time.sleep(1000)\n    return os.getppid()\n") with
        {
            Isolation = Isolation.Fork, Timeout = TimeSpan.FromSeconds(2),
        };
        var parent = await _site.TextAsync(plan, "0");
        Assert.Equal(CallStatus.TimedOut, (await _site.CallAsync(plan, "1")).Status);
        Assert.Equal(parent, await _site.TextAsync(plan, "0"));
    }

    [Fact]
    public async Task With_fresh_every_call_has_a_box_of_its_own_prepared_ahead()
    {
        var plan = _site.Python(Counting) with { Isolation = Isolation.Fresh, Min = 1 };
        _site.Pool.Keep([plan]);
        var ids = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            await _site.Pool.ReadyAsync(plan, TestContext.Current.CancellationToken);
            var reply = await _site.CallAsync(plan);
            Assert.False(reply.Cold);
            Assert.EndsWith(",1,[]]", FunctionSite.Text(reply.Body));
            Assert.True(ids.Add(reply.Instance));
        }
    }

    [Fact]
    public async Task A_generic_instance_becomes_one_of_the_function_and_sees_its_code_alone()
    {
        var one = _site.Plan(ContractKind.Python, "main.handle", ("main.py", "import os, part\ndef handle(params):\n    return [sorted(os.listdir('/ws')), part.X, os.environ['A']]\n"), ("part.py", "X = 7\n"))
            with { Preload = Preload.Runtime, Variables = new Dictionary<string, string> { ["A"] = "b" } };
        var two = _site.Python("import os\ndef handle(params):\n    return [sorted(os.listdir('/ws')), os.environ.get('A')]\n") with { Preload = Preload.Runtime };
        _site.Pool.Keep([one, two]);
        await _site.Pool.ReadyAsync(one, TestContext.Current.CancellationToken);
        var reply = await _site.CallAsync(one);
        Assert.True(reply.Cold);
        Assert.Equal("""[["main.py","part.py"],7,"b"]""", FunctionSite.Text(reply.Body));
        await _site.Pool.ReadyAsync(two, TestContext.Current.CancellationToken);
        Assert.Equal("""[["main.py"],null]""", await _site.TextAsync(two));
    }

    [Fact]
    public async Task Preloaded_code_waits_loaded()
    {
        var plan = _site.Python("def handle(params):\n    return 1\n") with { Preload = Preload.Function };
        _site.Pool.Keep([plan]);
        await _site.Pool.ReadyAsync(plan, TestContext.Current.CancellationToken);
        Assert.Equal(1, _site.Pool.Count(plan.Function).Idle);
        Assert.False((await _site.CallAsync(plan)).Cold);
    }

    [Fact]
    public async Task A_deploy_while_calls_are_in_flight_drops_none()
    {
        var old = _site.Python("import time\ndef handle(params):\n    time.sleep(params['s'])\n    return 'old'\n") with { Max = 2 };
        _site.Pool.Keep([old]);
        var running = Enumerable.Range(0, 6).Select(_ => _site.CallAsync(old, """{"s":0.3}""")).ToList();
        var fresh = _site.Python("def handle(params):\n    return 'new'\n") with { Function = old.Function, Version = 2 };
        _site.Pool.Keep([fresh]);
        Assert.Equal("\"new\"", await _site.TextAsync(fresh));
        foreach (var reply in await Task.WhenAll(running)) Assert.Equal((CallStatus.Done, "\"old\""), (reply.Status, FunctionSite.Text(reply.Body)));
        Assert.Equal(1, _site.Pool.Count(old.Function).Idle);
    }

    [Fact]
    public async Task Several_calls_at_once_share_an_instance_when_they_may()
    {
        var plan = _site.Python("""
            import asyncio, os
            gate, here = None, 0
            async def handle(params):
                global gate, here
                gate = gate or asyncio.Event()
                here += 1
                print('call', params['n'])
                if here == 4: gate.set()
                await gate.wait()
                if params['n'] == 3: raise ValueError('three')
                return params['n']
            """) with { Concurrency = 4, Max = 1 };
        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => _site.CallAsync(plan, string.Create(CultureInfo.InvariantCulture, $"{{\"n\":{n}}}"))));
        for (var n = 0; n < 4; n++)
        {
            Assert.Equal($"call {n}\n", FunctionSite.Text(replies[n].Output));
            if (n == 3) Assert.Equal("ValueError: three", replies[n].Error);
            else Assert.Equal($"{n}", FunctionSite.Text(replies[n].Body));
        }
        Assert.Single(replies.Select(reply => reply.Instance).Distinct());
    }

    [Fact]
    public async Task Plain_handlers_run_at_once_in_threads()
    {
        var plan = _site.Python("import threading\nbarrier = threading.Barrier(3)\ndef handle(params):\n    barrier.wait()\n    print(params)\n    return params\n") with { Concurrency = 3, Max = 1 };
        var replies = await Task.WhenAll(Enumerable.Range(0, 3).Select(n => _site.CallAsync(plan, $"{n}")));
        Assert.Equal(["0\n", "1\n", "2\n"], replies.Select(reply => FunctionSite.Text(reply.Output)));
    }
}
