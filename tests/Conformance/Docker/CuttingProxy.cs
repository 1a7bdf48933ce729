using System.Net.Sockets;

namespace Glovebox.Tests.Conformance.Docker;

/// <summary>Stands between a client and an engine's socket, and can cut every connection.</summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly string _engine;
    private readonly List<Socket> _sockets = [];
    private Socket? _listener;

    public CuttingProxy(string folder, string engine)
    {
        _engine = engine;
        Path = System.IO.Path.Combine(folder, "proxy");
        Open();
    }

    public string Path { get; }

    public void Open()
    {
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
        _ = AcceptAsync(_listener);
    }

    /// <summary>Ends all connections, and takes no more until <see cref="Open"/>.</summary>
    public void Cut()
    {
        _listener?.Dispose();
        File.Delete(Path);
        lock (_sockets)
        {
            foreach (var socket in _sockets) socket.Dispose();
            _sockets.Clear();
        }
    }

    public void Dispose() => Cut();

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync();
                var engine = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await engine.ConnectAsync(new UnixDomainSocketEndPoint(_engine));
                lock (_sockets) _sockets.AddRange([client, engine]);
                _ = PumpAsync(client, engine);
                _ = PumpAsync(engine, client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
                for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }
}
