using Glovebox.Api.Execution;
using Glovebox.Api.Functions;

namespace Glovebox.Tests.Conformance.Functions;

/// <summary>Handlers that do what they should not: a clear failed call, and the next call works.</summary>
public sealed class HostileHandlerTests : IAsyncDisposable
{
    private readonly FunctionSite _site = new();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Theory]
    [InlineData("raise ValueError('no good')", "ValueError: no good")]
    [InlineData("sys.exit(3)", "sys.exit(3)")]
    [InlineData("return float('nan')", "not JSON")]
    [InlineData("return {'a': object()}", "not JSON")]
    [InlineData("return 'x' * 200000", "200002 bytes, and 100000 are allowed")]
    [InlineData("return iter([1]).__next__", "not JSON")]
    [InlineData("return (99, {}, 'x')", "status 99")]
    [InlineData("return (200, {'a': 'b\\nc: d'}, 'x')", "line break")]
    [InlineData("def deep(n): return deep(n + 1)\n        deep(0)", "RecursionError")]
    [InlineData("a = []\n        a.append(a)\n        return a", "not JSON")]
    [InlineData("os._exit(0)", "ended with code 0 before it replied")]
    [InlineData("os.kill(os.getpid(), 11)", "SIGSEGV")]
    [InlineData("import ctypes; ctypes.string_at(8)", "SIGSEGV")]
    [InlineData("os.abort()", "SIGABRT")]
    [InlineData("os.closerange(3, 1000)", "did not reply|before it replied")]
    [InlineData("os.write(WIRE, b'garbage' * 100); time.sleep(1000)", "something that is no reply")]
    [InlineData("os.write(WIRE, HEAD(5, 4)[:20]); os._exit(0)", "code 0")]
    [InlineData("os.write(WIRE, HEAD(1000, 4)); os._exit(0)", "in the middle of a reply")]
    [InlineData("os.write(WIRE, HEAD(2 ** 31 - 1, 4)); time.sleep(1000)", "2 GiB|is no reply|are allowed")]
    [InlineData("os.write(WIRE, HEAD(0, 4, 77)); time.sleep(1000)", "another call")]
    [InlineData("os.kill(1, 9); os.kill(os.getpid(), 9)", "SIGKILL")]
    public async Task It_is_told_and_the_pool_is_well(string statement, string said)
    {
        var plan = _site.Python($"""
            import os, sys, struct, time, threading
            def find():
                for number in range(3, 50):
                    try:
                        if os.readlink('/proc/self/fd/%d' % number).startswith('socket:'): return number
                    except OSError: pass
            WIRE = find()
            def HEAD(body, kind, call=1): return struct.pack('<IIQBBHIII', body, 0, call, kind, 0, 0, 0, 0, 0x31584247)
            def handle(params):
                if params:
                    {statement}
                return 'well'
            """) with { ReplyLimitBytes = 100_000 };
        var reply = await _site.CallAsync(plan, "{\"x\":1}");
        Assert.Equal(CallStatus.Failed, reply.Status);
        Assert.Equal(502, reply.HttpStatus);
        Assert.Contains(said.Split('|'), part => reply.Error!.Contains(part, StringComparison.Ordinal) || Fail(reply.Error));
        Assert.Equal("\"well\"", await _site.TextAsync(plan));
        Assert.Equal("\"well\"", await _site.TextAsync(plan));

        bool Fail(string? error)
        {
            if (!said.Split('|').Any(part => error!.Contains(part, StringComparison.Ordinal))) Assert.Fail($"It said: {error}");
            return false;
        }
    }

    [Fact]
    public async Task The_traceback_is_the_users()
    {
        var reply = await _site.CallAsync(_site.Python("def inner():\n    return 1 / 0\ndef handle(params):\n    return inner()\n"));
        Assert.Equal("ZeroDivisionError: division by zero", reply.Error);
        Assert.Contains("line 2, in inner", reply.Traceback);
        Assert.DoesNotContain("/run/glovebox", reply.Traceback);
    }

    [Fact]
    public async Task A_second_reply_replaces_the_instance_before_another_call_has_it()
    {
        var plan = _site.Python("""
            import os, struct, threading, time
            def handle(params):
                if params:
                    wire = next(n for n in range(3, 50) if os.path.exists('/proc/self/fd/%d' % n) and os.readlink('/proc/self/fd/%d' % n).startswith('socket:'))
                    os.write(wire, struct.pack('<IIQBBHIII', 1, 0, 1, 4, 0, 0, 0, 0, 0x31584247) + b'1')
                return os.getpid()
            """);
        Assert.Equal("1", await _site.TextAsync(plan, "{\"x\":1}"));
        var reply = await _site.CallAsync(plan);
        // The second one may come while the next call is under way; that one then fails, and says why.
        if (reply.Status == CallStatus.Failed) Assert.Contains("another call", reply.Error);
        Assert.Equal(CallStatus.Done, (await _site.CallAsync(plan)).Status);
    }

    [Fact]
    public async Task A_call_past_its_deadline_is_timed_out_and_its_instance_replaced()
    {
        var plan = _site.Python("import time\ndef handle(params):\n    if params:\n        print('began')\n        time.sleep(1000)\n    return 'well'\n") with
        {
            Timeout = TimeSpan.FromSeconds(1),
        };
        var reply = await _site.CallAsync(plan, "{\"x\":1}");
        Assert.Equal((CallStatus.TimedOut, 504), (reply.Status, reply.HttpStatus));
        Assert.Contains("within 1 s", reply.Error);
        Assert.Equal("began\n", FunctionSite.Text(reply.Output));
        Assert.Equal("\"well\"", await _site.TextAsync(plan with { Timeout = TimeSpan.FromSeconds(60), Version = 2 }));
    }

    [Fact]
    public async Task A_cancelled_call_ends_with_its_instance()
    {
        var plan = _site.Python("import time\ndef handle(params):\n    if params: time.sleep(1000)\n    return 'well'\n") with { Max = 1 };
        Assert.Equal("\"well\"", await _site.TextAsync(plan));
        using var cancel = new CancellationTokenSource();
        var running = _site.CallAsync(plan, "{\"x\":1}", cancel.Token);
        using var impatient = new CancellationTokenSource();
        var waiting = _site.CallAsync(plan, "{}", impatient.Token);
        await impatient.CancelAsync();
        Assert.Equal(CallStatus.Cancelled, (await waiting).Status);
        await cancel.CancelAsync();
        Assert.Equal(CallStatus.Cancelled, (await running).Status);
        Assert.Equal("\"well\"", await _site.TextAsync(plan));
    }

    [Fact]
    public async Task Too_much_memory_is_named()
    {
        var plan = _site.Python("def handle(params):\n    return len(bytearray(1 << 30)) if params else 'well'\n") with { Limits = new Limits(MemoryBytes: 64 << 20) };
        var reply = await _site.CallAsync(plan, "{\"x\":1}");
        Assert.Equal(CallStatus.Failed, reply.Status);
        Assert.StartsWith("out_of_memory: ", reply.Error);
        Assert.Equal("\"well\"", await _site.TextAsync(plan));
    }

    [Theory]
    [InlineData("if os.fork() == 0: return 'child'", "\"well\"")]
    [InlineData("if os.fork() == 0: sys.exit(1)", "\"well\"")]
    [InlineData("threading.Thread(target=time.sleep, args=(1000,)).start()", "\"well\"")]
    [InlineData("os.close(1); os.close(2)", "\"well\"")]
    [InlineData("sys.stdout.close()", "\"well\"")]
    [InlineData("sys.stdout = sys.stderr = None", "\"well\"")]
    [InlineData("return sys.stdin.read()", "\"\"")]
    [InlineData("import json, gc; json.dumps = json.loads = None; gc.disable()", "\"well\"")]
    public async Task It_does_no_harm(string statement, string result)
    {
        var plan = _site.Python($"import os, sys, threading, time\ndef handle(params):\n    if params:\n        {statement}\n    if not params: print('told')\n    return 'well'\n");
        Assert.Equal(result, await _site.TextAsync(plan, "{\"x\":1}"));
        for (var i = 0; i < 2; i++)
        {
            var reply = await _site.CallAsync(plan);
            Assert.Equal("\"well\"", FunctionSite.Text(reply.Body));
            Assert.Contains("told\n", FunctionSite.Text(reply.Output));
        }
    }

    [Theory]
    [InlineData("{bad", "not JSON")]
    [InlineData("NaN", "NaN is not JSON")]
    [InlineData("\"\uD83D\"", null)]
    public async Task Parameters_that_are_not_JSON_are_the_callers_fault(string body, string? said)
    {
        var reply = await _site.CallAsync(_site.Python("def handle(params):\n    return 1\n"), body);
        if (said is null) return;
        Assert.Equal((CallStatus.Failed, 400), (reply.Status, reply.HttpStatus));
        Assert.Contains(said, reply.Error);
    }
}
