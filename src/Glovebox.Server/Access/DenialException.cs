namespace Glovebox.Server.Access;

/// <summary>The caller may not do this: 401 when they did not say who they are, 403 otherwise.</summary>
internal sealed class DenialException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
