using System.Net.Sockets;

namespace Glovebox.Execution;

/// <summary>A box whose own network can be entered from the host, though the box itself reaches nothing. Some instances are one.</summary>
public interface INetworkOfBox
{
    /// <summary>A TCP socket (IPv4) that was made in the box's network: its 127.0.0.1 is the box's.</summary>
    /// <exception cref="IOException">The box has ended, or may not be entered.</exception>
    Socket OpenSocket();
}
