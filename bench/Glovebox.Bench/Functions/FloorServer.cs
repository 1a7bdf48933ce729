using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Glovebox.Bench.Functions;

/// <summary>The floor: plain Python processes over Unix sockets, with nothing around them that a pool needs.</summary>
internal sealed class FloorServer : IDisposable
{
    private const string Program = """
        import json, socket, struct, sys
        s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
        def handle(params): return params
        while True:
            data = s.recv(65536)
            if not data: break
            (n,) = struct.unpack_from('<I', data)
            while len(data) < n + 4: data += s.recv(65536)
            out = json.dumps(handle(json.loads(data[4:]))).encode()
            s.sendall(struct.pack('<I', len(out)) + out)
        """;

    private readonly Channel<Socket> _idle = Channel.CreateUnbounded<Socket>();
    private readonly List<Process> _processes = [];
    private readonly List<Socket> _sockets = [];

    public FloorServer(string folder, int interpreters)
    {
        var file = Path.Combine(folder, "floor.py");
        File.WriteAllText(file, Program);
        var path = Path.Combine(folder, "floor");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        for (var i = 0; i < interpreters; i++)
        {
            _processes.Add(Process.Start("/usr/bin/python3", [file, path]));
            _sockets.Add(listener.Accept());
            _idle.Writer.TryWrite(_sockets[^1]);
        }
    }

    public async ValueTask<ReadOnlyMemory<byte>> CallAsync(ReadOnlyMemory<byte> body)
    {
        var socket = await _idle.Reader.ReadAsync();
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            BinaryPrimitives.WriteInt32LittleEndian(buffer, body.Length);
            body.CopyTo(buffer.AsMemory(4));
            await socket.SendAsync(buffer.AsMemory(0, body.Length + 4), SocketFlags.None);
            var read = 0;
            while (read < 4 || read < 4 + BinaryPrimitives.ReadInt32LittleEndian(buffer)) read += await socket.ReceiveAsync(buffer.AsMemory(read), SocketFlags.None);
            return buffer.AsSpan(4, read - 4).ToArray();
        }
        finally
        {
            _idle.Writer.TryWrite(socket);
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
        foreach (var process in _processes)
        {
            process.Kill();
            process.Dispose();
        }
    }
}
