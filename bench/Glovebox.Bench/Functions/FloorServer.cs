using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Glovebox.Bench.Functions;

/// <summary>
/// The floor, a process of its own: a bare Kestrel app in front of plain Python processes, over Unix sockets, with nothing around them that a pool
/// needs. With <c>fork</c> the processes fork a child for each call.
/// </summary>
internal sealed class FloorServer
{
    /// <summary>The word before the arguments of this program's child.</summary>
    public const string Word = "floor";

    private const string Program = """
        import json, os, socket, struct, sys
        s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
        fork = sys.argv[2] == 'fork'
        def handle(params): return params
        def answer(data, n):
            out = json.dumps(handle(json.loads(data[4:]))).encode()
            s.sendall(struct.pack('<I', len(out)) + out)
        while True:
            data = s.recv(65536)
            if not data: break
            (n,) = struct.unpack_from('<I', data)
            while len(data) < n + 4: data += s.recv(65536)
            if not fork: answer(data, n)
            elif (pid := os.fork()) == 0:
                answer(data, n)
                os._exit(0)
            else: os.waitpid(pid, 0)
        """;

    private readonly Channel<Socket> _idle = Channel.CreateUnbounded<Socket>();

    /// <param name="arguments">A folder, <c>reuse</c> or <c>fork</c>, and how many interpreters.</param>
    public static async Task RunAsync(string[] arguments)
    {
        var floor = new FloorServer();
        floor.Start(arguments[0], arguments[1], int.Parse(arguments[2]));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Run(floor.AnswerAsync);
        await app.StartAsync();
        Console.WriteLine($"listening on {app.Urls.First()}");
        await app.WaitForShutdownAsync();
    }

    private void Start(string folder, string kind, int interpreters)
    {
        var file = Path.Combine(folder, "floor.py");
        File.WriteAllText(file, Program);
        var path = Path.Combine(folder, $"floor-{kind}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        for (var i = 0; i < interpreters; i++)
        {
            Process.Start("/usr/bin/python3", [file, path, kind]);
            _idle.Writer.TryWrite(listener.Accept());
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var body = new byte[(int)context.Request.ContentLength!.Value];
        await context.Request.Body.ReadExactlyAsync(body);
        var result = await CallAsync(body);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = result.Length;
        await context.Response.BodyWriter.WriteAsync(result);
    }

    private async ValueTask<ReadOnlyMemory<byte>> CallAsync(ReadOnlyMemory<byte> body)
    {
        var socket = await _idle.Reader.ReadAsync();
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            BinaryPrimitives.WriteInt32LittleEndian(buffer, body.Length);
            body.CopyTo(buffer.AsMemory(4));
            await socket.SendAsync(buffer.AsMemory(0, body.Length + 4), SocketFlags.None);
            var read = 0;
            while (read < 4 || read < 4 + BinaryPrimitives.ReadInt32LittleEndian(buffer))
                read += await socket.ReceiveAsync(buffer.AsMemory(read), SocketFlags.None);
            return buffer.AsSpan(4, read - 4).ToArray();
        }
        finally
        {
            _idle.Writer.TryWrite(socket);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
