using System.Net;
using System.Net.Sockets;
using Glovebox.Api;

namespace Glovebox.Backends.Docker.Engine;

/// <summary>Where an engine listens: a Unix socket, or a host and port.</summary>
internal sealed record EngineAddress(string Text, EndPoint EndPoint)
{
    private const int KeepAliveSeconds = 30;
    private const int KeepAliveTries = 3;

    /// <exception cref="RefusalException">It is neither.</exception>
    public static EngineAddress Parse(string text)
    {
        if (text.StartsWith("unix:///", StringComparison.Ordinal) && text.Length > 8)
            return new EngineAddress(text, new UnixDomainSocketEndPoint(text[7..]));
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "tcp", Port: > 0, Host.Length: > 0 })
            return new EngineAddress(text, new DnsEndPoint(uri.Host.Trim('[', ']'), uri.Port));
        throw RefusalException.Bad($"The address '{text}' names no container engine. Write unix:///path/to/socket or tcp://host:port.");
    }

    public bool Local => EndPoint is UnixDomainSocketEndPoint;

    /// <summary>The host that a certificate must name.</summary>
    public string Host => EndPoint is DnsEndPoint dns ? dns.Host : "localhost";

    public async Task<Stream> ConnectAsync(CancellationToken cancellation)
    {
        var socket = Local ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (!Local)
            {
                // Streams are quiet for hours; a host that vanished without a word must be noticed all the same.
                socket.NoDelay = true;
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveSeconds);
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveTries);
            }
            await socket.ConnectAsync(EndPoint, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
