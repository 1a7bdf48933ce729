using System.Net;

namespace Glovebox.Backends.Docker.Engine;

/// <summary>The engine said no, or could not be asked.</summary>
/// <param name="status">What the engine answered; null when it could not be reached, or went away while it answered.</param>
internal sealed class EngineException(HttpStatusCode? status, string message, Exception? inner = null) : Exception(message, inner)
{
    public HttpStatusCode? Status { get; } = status;

    public bool Unreachable => Status is null;

    public bool NotFound => Status == HttpStatusCode.NotFound;
}
