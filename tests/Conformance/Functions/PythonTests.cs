using Glovebox.Api.Functions;
using Glovebox.Functions.Pool;

namespace Glovebox.Tests.Conformance.Functions;

public sealed class PythonTests : IAsyncDisposable
{
    private readonly FunctionSite _site = new();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task A_handler_gets_its_parameters_and_its_result_comes_back()
    {
        var plan = _site.Python("def handle(params):\n    return {'sum': sum(params['n']), 'text': 'höhe'}\n");
        Assert.Equal("""{"sum":6,"text":"höhe"}""", await _site.TextAsync(plan, """{"n":[1,2,3]}"""));
        var again = await _site.CallAsync(plan, """{"n":[4]}""");
        Assert.False(again.Cold);
        Assert.Equal("application/json", again.ContentType);
        Assert.Equal(new PoolCounts(0, 1, 0, 0, 1, 1), _site.Pool.Count(plan.Function));
    }

    [Fact]
    public async Task An_async_handler_and_its_context()
    {
        var plan = _site.Python("""
            import asyncio
            async def handle(params, context):
                await asyncio.sleep(0)
                return [context.id, context.method, context.path, context.headers.get('x-a'), context.function, context.version]
            """);
        var reply = await _site.CallAsync(plan, new CallRequest("call-7", "", "{}"u8.ToArray(), "PUT", "/p?q=1", new Dictionary<string, string> { ["x-a"] = "b" }));
        Assert.Equal($"[\"call-7\",\"PUT\",\"/p?q=1\",\"b\",\"{plan.Function}\",1]", FunctionSite.Text(reply.Body));
    }

    [Theory]
    [InlineData("return (201, {'X-A': 'b', 'Content-Type': 'text/plain'}, 'hi')", 201, "text/plain", "hi")]
    [InlineData("return b'\\x00\\xff'", 200, "application/octet-stream", null)]
    [InlineData("return 'plain'", 200, "application/json", "\"plain\"")]
    [InlineData("return None", 200, "application/json", "null")]
    [InlineData("return context.response('<b>', status=404, content_type='text/html')", 404, "text/html", "<b>")]
    public async Task A_result_has_a_form(string statement, int status, string contentType, string? body)
    {
        var reply = await _site.CallAsync(_site.Python($"def handle(params, context):\n    {statement}\n"));
        Assert.Equal((CallStatus.Done, status, contentType), (reply.Status, reply.HttpStatus, reply.ContentType));
        if (body is not null) Assert.Equal(body, FunctionSite.Text(reply.Body));
        else Assert.Equal(new byte[] { 0, 255 }, reply.Body.ToArray());
    }

    [Fact]
    public async Task Bytes_with_another_content_type_come_as_they_are()
    {
        var plan = _site.Python("def handle(params):\n    return params[::-1]\n");
        var body = new byte[3_000_000];
        new Random(1).NextBytes(body);
        var reply = await _site.CallAsync(plan, new CallRequest("c", "image/png", body));
        Assert.Equal(body.Reverse(), reply.Body.ToArray());
    }

    [Fact]
    public async Task What_a_call_prints_is_its_own()
    {
        var plan = _site.Python("""
            import os, sys
            def handle(params):
                print('to out', params['n'])
                os.write(2, b'to err')
                return 0
            """);
        for (var n = 1; n <= 2; n++)
        {
            var reply = await _site.CallAsync(plan, $"{{\"n\":{n}}}");
            Assert.Equal($"to out {n}\n", FunctionSite.Text(reply.Output));
            Assert.Equal("to err", FunctionSite.Text(reply.ErrorOutput));
        }
    }

    [Fact]
    public async Task Output_is_cut_at_64_KiB_with_a_notice()
    {
        var reply = await _site.CallAsync(_site.Python("def handle(params):\n    print('x' * 1000000)\n"));
        Assert.Equal(CallStatus.Done, reply.Status);
        Assert.EndsWith("cut at 64 KiB]\n", FunctionSite.Text(reply.Output));
        Assert.InRange(reply.Output.Length, 65536, 65600);
    }

    [Theory]
    [InlineData("def handle(params):\n    for i in range(3):\n        yield 'piece %d\\n' % i\n")]
    [InlineData("async def handle(params):\n    for i in range(3):\n        yield 'piece %d\\n' % i\n")]
    public async Task A_generator_is_a_stream(string code)
    {
        var plan = _site.Python(code);
        for (var round = 0; round < 2; round++)
        {
            var reply = await _site.CallAsync(plan);
            var text = "";
            await foreach (var piece in reply.Stream!.WithCancellation(TestContext.Current.CancellationToken)) text += FunctionSite.Text(piece);
            Assert.Equal("piece 0\npiece 1\npiece 2\n", text);
        }
    }

    [Fact]
    public async Task A_stream_that_fails_says_so_and_the_next_call_works()
    {
        var plan = _site.Python("def handle(params):\n    def pieces():\n        yield 'a'\n        raise KeyError('no')\n    return pieces() if params else 'well'\n");
        var reply = await _site.CallAsync(plan, "{\"x\":1}");
        var failure = await Assert.ThrowsAsync<BrokenReplyException>(async () =>
        {
            await foreach (var _ in reply.Stream!.WithCancellation(TestContext.Current.CancellationToken))
            {
            }
        });
        Assert.Contains("KeyError", failure.Message);
        Assert.Equal("\"well\"", await _site.TextAsync(plan));
    }

    [Fact]
    public async Task Who_stops_reading_a_stream_ends_it()
    {
        var plan = _site.Python("def handle(params):\n    if not params: return 'well'\n    def pieces():\n        while True: yield 'a'\n    return pieces()\n");
        var reply = await _site.CallAsync(plan, "{\"x\":1}");
        await foreach (var _ in reply.Stream!.WithCancellation(TestContext.Current.CancellationToken)) break;
        Assert.Equal("\"well\"", await _site.TextAsync(plan));
    }

    [Fact]
    public async Task Code_that_does_not_load_fails_the_call_and_the_deploy_with_its_traceback()
    {
        var plan = _site.Python("print('loading')\nimport nothing_like_that\n") with { Preload = Preload.Function };
        var reply = await _site.CallAsync(plan);
        Assert.Equal((CallStatus.Failed, 503), (reply.Status, reply.HttpStatus));
        Assert.Contains("No module named 'nothing_like_that'", reply.Error);
        Assert.Contains("main.py", reply.Traceback);
        Assert.DoesNotContain("runner.py", reply.Traceback);
        Assert.Equal("loading\n", FunctionSite.Text(reply.Output));
        var refusal = await Assert.ThrowsAsync<Api.RefusalException>(() => _site.Pool.ReadyAsync(plan, TestContext.Current.CancellationToken));
        Assert.Contains("nothing_like_that", refusal.Message);
    }

    [Theory]
    [InlineData("main.nothing", "no function 'nothing'")]
    [InlineData("other.handle", "No module named 'other'")]
    public async Task A_handler_that_is_not_there_is_named(string handler, string said)
    {
        var reply = await _site.CallAsync(_site.Python("def handle(params):\n    pass\n") with { Handler = handler });
        Assert.Contains(said, reply.Error);
    }

    [Fact]
    public async Task A_command_that_the_environment_lacks_is_named()
    {
        var plan = _site.Python("");
        plan = plan with { Environment = plan.Environment with { Variables = new Dictionary<string, string> { ["PATH"] = "/nowhere" } } };
        Assert.Contains("python3", (await _site.CallAsync(plan)).Error);
    }
}
