using Glovebox.Api.Execution;
using Glovebox.Api.Functions;
using Glovebox.Functions.Pool;

namespace Glovebox.Tests.Conformance.Functions;

/// <summary>Contracts other than Python's.</summary>
public sealed class ContractTests : IAsyncDisposable
{
    private readonly FunctionSite _site = new();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Theory]
    [InlineData("index.js", "index.js", "module.exports = params => ({ got: params.a })")]
    [InlineData("index.js", "index.run", "exports.run = async (params, context) => ({ got: params.a })")]
    [InlineData("index.mjs", "index", "export default async params => ({ got: params.a })")]
    [InlineData("main.mjs", "main.go", "export function go(params) { return { got: params.a }; }")]
    public async Task Node_gets_its_parameters(string file, string handler, string code)
    {
        var plan = _site.Node(code, file) with { Handler = handler };
        for (var i = 0; i < 2; i++) Assert.Equal($"{{\"got\":{i}}}", await _site.TextAsync(plan, $"{{\"a\":{i}}}"));
        Assert.Equal(1, _site.Pool.Count(plan.Function).Hits);
    }

    [Fact]
    public async Task Node_knows_a_call_and_gives_a_response()
    {
        var plan = _site.Node("""
            module.exports = (params, context) => {
              console.log('told', context.headers['x-a']);
              console.error('err');
              return context.response('<b>', { status: 404, headers: { 'X-B': 'c' }, contentType: 'text/html' });
            };
            """);
        for (var i = 0; i < 2; i++)
        {
            var reply = await _site.CallAsync(plan, new CallRequest("c", "", "{}"u8.ToArray(), Headers: new Dictionary<string, string> { ["x-a"] = "y" }));
            Assert.Equal((404, "text/html", "<b>"), (reply.HttpStatus, reply.ContentType, FunctionSite.Text(reply.Body)));
            Assert.Equal(("told y\n", "err\n"), (FunctionSite.Text(reply.Output), FunctionSite.Text(reply.ErrorOutput)));
            Assert.Equal(new KeyValuePair<string, string>("X-B", "c"), Assert.Single(reply.Headers!));
        }
    }

    [Fact]
    public async Task Node_streams()
    {
        var reply = await _site.CallAsync(_site.Node("module.exports = async function* () { yield 'a'; yield 'b'; }"));
        var text = "";
        await foreach (var piece in reply.Stream!.WithCancellation(TestContext.Current.CancellationToken)) text += FunctionSite.Text(piece);
        Assert.Equal("ab", text);
    }

    [Theory]
    [InlineData("throw new TypeError('no')", "TypeError: no")]
    [InlineData("return Promise.reject(new Error('later'))", "Error: later")]
    [InlineData("return new Promise(() => setTimeout(() => { throw new Error('aside') }, 1))", "Error: aside")]
    [InlineData("return new Promise(() => Promise.reject(new Error('unheard')))", "Error: unheard")]
    [InlineData("return { a: NaN }", "not JSON")]
    [InlineData("const a = {}; a.a = a; return a", "not JSON")]
    [InlineData("return 10n", "not JSON")]
    [InlineData("process.exit(3)", "process.exit(3)")]
    [InlineData("process.abort()", "SIG")]
    [InlineData("process.kill(process.pid, 'SIGSEGV'); return new Promise(() => {})", "SIGSEGV")]
    [InlineData("return 'x'.repeat(200000)", "200002 bytes, and 100000 are allowed")]
    public async Task Node_that_breaks_is_told_and_the_pool_is_well(string statement, string said)
    {
        var plan = _site.Node($"module.exports = params => {{ if (params) {{ {statement} }} return 'well'; }}") with { ReplyLimitBytes = 100_000 };
        var reply = await _site.CallAsync(plan, "{\"x\":1}");
        Assert.Equal(CallStatus.Failed, reply.Status);
        Assert.Contains(said, reply.Error);
        Assert.Equal("\"well\"", await _site.TextAsync(plan, "0"));
    }

    [Fact]
    public async Task Node_takes_several_calls_at_once()
    {
        var plan = _site.Node("""
            let here = 0, open, gate = new Promise(resolve => open = resolve);
            module.exports = async params => { console.log('call', params); if (++here === 3) open(); await gate; return params; };
            """) with { Concurrency = 3, Max = 1 };
        var replies = await Task.WhenAll(Enumerable.Range(0, 3).Select(n => _site.CallAsync(plan, $"{n}")));
        Assert.Equal(["call 0\n", "call 1\n", "call 2\n"], replies.Select(reply => FunctionSite.Text(reply.Output)));
    }

    [Fact]
    public async Task An_executable_reads_one_JSON_and_writes_one()
    {
        var plan = _site.Plan(ContractKind.Executable, "bin.sh", ("bin.sh", "#!/bin/sh\necho aside >&2\nread -r all; echo \"{\\\"got\\\": $all}\"\n"));
        for (var i = 0; i < 2; i++)
        {
            var reply = await _site.CallAsync(plan, $"{{\"a\":{i}}}");
            Assert.True(reply.Status == CallStatus.Done, reply.Error);
            Assert.Equal($"{{\"got\": {{\"a\":{i}}}}}\n", FunctionSite.Text(reply.Body));
            Assert.Equal("application/json", reply.ContentType);
            Assert.Equal("aside\n", FunctionSite.Text(reply.ErrorOutput));
        }
    }

    [Theory]
    [InlineData("echo bad >&2; exit 3", "ended with code 3: bad")]
    [InlineData("kill -SEGV $$", "SIGSEGV")]
    [InlineData("head -c 200000 /dev/zero", "are allowed")]
    [InlineData("kill -9 $PPID; sleep 100", "ended")]
    [InlineData("exec /nowhere", "code 127")]
    public async Task An_executable_that_breaks_is_told_and_the_pool_is_well(string statement, string said)
    {
        var plan = _site.Plan(ContractKind.Executable, "bin.sh", ("bin.sh", $"#!/bin/sh\nread -r all\nif [ \"$all\" = 1 ]; then {statement}; fi\necho 7\n")) with { ReplyLimitBytes = 100_000 };
        var reply = await _site.CallAsync(plan, "1\n");
        Assert.Equal(CallStatus.Failed, reply.Status);
        Assert.Contains(said, reply.Error);
        Assert.Equal("7\n", await _site.TextAsync(plan, "0\n"));
    }

    [Fact]
    public async Task An_executable_past_its_deadline_is_timed_out()
    {
        var plan = _site.Plan(ContractKind.Executable, "bin.sh", ("bin.sh", "#!/bin/sh\nsleep 1000\n")) with { Timeout = TimeSpan.FromSeconds(1) };
        Assert.Equal(CallStatus.TimedOut, (await _site.CallAsync(plan)).Status);
    }

    [Fact]
    public async Task The_thesis_contract_has_files()
    {
        var plan = _site.Plan(ContractKind.Thesis, "", ("test.py", """
            import json
            print('told')
            with open('input.json') as f: params = json.load(f)
            if params.get('quiet'): raise SystemExit(2)
            with open('output.json', 'w') as f: json.dump({'output': [params, 'x']}, f)
            """)) with { Run = ["python3", "test.py"] };
        var reply = await _site.CallAsync(plan, """{"roll":"4d6"}""");
        Assert.True(reply.Status == CallStatus.Done, reply.Error);
        Assert.Equal("""[{"roll": "4d6"}, "x"]""", FunctionSite.Text(reply.Body));
        Assert.Equal("told\n", FunctionSite.Text(reply.Output));
        var quiet = await _site.CallAsync(plan, """{"quiet":true}""");
        Assert.Equal(CallStatus.Failed, quiet.Status);
        Assert.Contains("code 2", quiet.Error);
        Assert.False(File.Exists(Path.Combine(plan.Code, "output.json")));
    }

    [Fact]
    public async Task A_server_is_reached_on_its_own_loopback_without_a_network()
    {
        var plan = _site.Plan(ContractKind.Http, "", ("server.py", """
            import http.server, os
            class Handler(http.server.BaseHTTPRequestHandler):
                protocol_version = 'HTTP/1.1'
                def do_POST(self):
                    body = self.rfile.read(int(self.headers['Content-Length'] or 0))
                    print('served', flush=True)
                    if body == b'die': os._exit(5)
                    text = ('%s %s %s %s' % (self.command, self.path, self.headers['X-A'], body.decode())).encode()
                    self.send_response(203)
                    self.send_header('Content-Type', 'text/plain')
                    self.send_header('X-B', 'c')
                    self.send_header('Content-Length', str(len(text)))
                    self.end_headers()
                    self.wfile.write(text)
                def log_message(self, *arguments): pass
            http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), Handler).serve_forever()
            """)) with { Run = ["python3", "server.py"] };
        var request = new CallRequest("c", "text/x", "hi"u8.ToArray(), "POST", "/p?q=1", new Dictionary<string, string> { ["X-A"] = "y" });
        for (var i = 0; i < 2; i++)
        {
            var reply = await _site.CallAsync(plan, request);
            Assert.True(reply.Status == CallStatus.Done, reply.Error);
            Assert.Equal((203, "text/plain", "POST /p?q=1 y hi"), (reply.HttpStatus, reply.ContentType, FunctionSite.Text(reply.Body)));
            Assert.Contains(new KeyValuePair<string, string>("X-B", "c"), reply.Headers!);
        }
        var dead = await _site.CallAsync(plan, request with { Body = "die"u8.ToArray() });
        Assert.Equal(CallStatus.Failed, dead.Status);
        Assert.Contains("code 5", dead.Error);
        Assert.Equal(CallStatus.Done, (await _site.CallAsync(plan, request)).Status);
    }

    [Fact]
    public async Task A_server_that_ends_at_once_says_why()
    {
        var reply = await _site.CallAsync(_site.Plan(ContractKind.Http, "", ("a.py", "")) with { Run = ["sh", "-c", "echo no such port >&2; exit 4"] });
        Assert.Equal(CallStatus.Failed, reply.Status);
        Assert.Contains("code 4", reply.Error);
        Assert.Equal("no such port\n", FunctionSite.Text(reply.ErrorOutput));
    }
}
