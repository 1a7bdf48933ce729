using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Functions;

/// <summary>Every way in which code is called, found at deploy and called through the server.</summary>
public sealed class ContractTests : Place
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_contract_is_found_stated_and_called()
    {
        Write("cjs/index.js", "module.exports = params => ({ got: params.a })\n");
        Write("esm/handler.mjs", "export default async (params, context) => ({ got: params.a, function: context.function })\n");
        Write("typed/package.json", """{ "type": "module", "main": "src/go.js" }""");
        Write("typed/src/go.js", "export default params => ({ got: params.a })\n");
        Write("async/handler.py", "import asyncio\n\nasync def handle(params, context):\n    await asyncio.sleep(0)\n    return [params['a'], context.function, context.version]\n");
        Write("pieces/handler.py", "def handle(params):\n    print('told')\n    yield 'a'\n    yield 'b'\n");
        Write("program/handler", "#!/bin/sh\nread -r all\necho \"{\\\"got\\\": $all}\"\n");
        File.SetUnixFileMode(Path.Combine(Project, "program", "handler"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Write("thesis/test.py", "import json\nwith open('input.json') as f: given = json.load(f)\nwith open('output.json', 'w') as f: json.dump({'output': given['a']}, f)\n");
        Write("server/server.py", """
            import http.server, os
            class Handler(http.server.BaseHTTPRequestHandler):
                protocol_version = 'HTTP/1.1'
                def do_DELETE(self):
                    text = (self.command + ' ' + self.path).encode()
                    self.send_response(203)
                    self.send_header('Content-Length', str(len(text)))
                    self.end_headers()
                    self.wfile.write(text)
                def do_GET(self):
                    self.send_response(200)
                    self.send_header('Transfer-Encoding', 'chunked')
                    self.end_headers()
                    for piece in (b'one,', b'two'): self.wfile.write(b'%x\r\n%s\r\n' % (len(piece), piece))
                    self.wfile.write(b'0\r\n\r\n')
                def log_message(self, *arguments): pass
            http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), Handler).serve_forever()
            """);
        await using var served = await Served.StartAsync(Glovebox, Project);
        (await RunAsync("runtime", "create", "plain", "--env", "host")).Exits(0);
        (await RunAsync("runtime", "create", "thesis", "--env", "host", "--run", "python3 test.py")).Exits(0);
        (await RunAsync("runtime", "create", "server", "--env", "host", "--run", "exec python3 server.py # on PORT")).Exits(0);

        (string Name, string Runtime, string Found, string Result)[] expected =
        [
            ("cjs", "plain", "node: the default export of index.js", """{"got":1}"""),
            ("esm", "plain", "node: the default export of handler.mjs", """{"got":1,"function":"esm"}"""),
            ("typed", "plain", "node: the default export of src/go.js", """{"got":1}"""),
            ("async", "plain", "python: handle in handler.py", """[1,"async",1]"""),
            ("pieces", "plain", "python: handle in handler.py", "ab"),
            ("program", "plain", "executable: handler", "{\"got\": {\"a\":1}}\n"),
            ("thesis", "thesis", "thesis: 'python3 test.py'", "1"),
        ];
        foreach (var (name, runtime, found, result) in expected)
        {
            Assert.Contains(found, (await RunAsync("function", "deploy", name, "-r", runtime, name)).Exits(0).Output);
            Assert.Equal(result, await served.CallAsync(name, """{"a":1}"""));
        }

        var told = (await served.GetAsync("/v1/calls?function=pieces"))["items"]!.AsArray().Single()!;
        Assert.Equal(("done", 2, "ab", "told\n"), ((string?)told["status"], (int)told["resultBytes"]!, (string?)told["result"], (string?)told["stdout"]));
        Assert.Contains("http:", (await RunAsync("function", "deploy", "server", "-r", "server", "server")).Exits(0).Output);
        using var reply = await served.Http.DeleteAsync("/v1/functions/server/call/some/path?q=1", Cancellation);
        Assert.Equal((203, "DELETE /some/path?q=1"), ((int)reply.StatusCode, await reply.Content.ReadAsStringAsync(Cancellation)));
        Assert.Equal("one,two", await served.Http.GetStringAsync("/v1/functions/server/call/pieces", Cancellation));
        Assert.Equal(7, (int)(await served.GetAsync("/v1/calls?function=server&limit=1"))["items"]![0]!["resultBytes"]!);
    }
}
