namespace Glovebox.Execution;

/// <summary>
/// A way to run a box. Every implementation passes the suite in tests/Conformance; what it cannot do, it declares in
/// <see cref="Capabilities"/>, and the suite skips that case by name.
/// </summary>
public interface IBackend
{
    /// <summary>The word a user types: <c>oci</c>, <c>native</c>.</summary>
    string Name { get; }

    BackendCapabilities Capabilities { get; }

    /// <summary>
    /// Starts the command. Never throws for anything the user can cause (missing image, missing command, refused limit): that is a
    /// <see cref="StartFailure"/>, and then nothing is left running or mounted. Cancelling <paramref name="cancellation"/> before the
    /// command runs leaves nothing behind either.
    /// </summary>
    Task<StartResult> StartAsync(ExecutionRequest request, CancellationToken cancellation);

    /// <summary>
    /// Takes over a box started by a process that is gone. Null when the handle's box is not known any more (never started, or
    /// already cleaned up). A box that has ended meanwhile is returned, and its outcome is waiting.
    /// </summary>
    Task<IInstance?> AdoptAsync(InstanceHandle handle, CancellationToken cancellation);
}

/// <summary>What a backend can do. Callers ask; they never guess from the name.</summary>
/// <param name="Isolation">The command sees only its root and mounts.</param>
/// <param name="Overlay">Overlay mounts hold the command's writes.</param>
/// <param name="Limits">Memory, processor and process limits are enforced.</param>
/// <param name="Adoption">A detached box survives its process and is adopted.</param>
/// <param name="Images">It runs images by name (<see cref="ExecutionRequest.Image"/>) and nothing else.</param>
public sealed record BackendCapabilities(bool Isolation, bool Overlay, bool Limits, bool Adoption, bool Images = false);

/// <summary>One of: an <see cref="IInstance"/>, or the reason why there is none.</summary>
public sealed record StartResult(IInstance? Instance, StartFailure? Failure)
{
    public static StartResult Started(IInstance instance) => new(instance, null);
    public static StartResult Failed(int exitCode, string message) => new(null, new StartFailure(exitCode, message));
}

/// <summary>The box could not start.</summary>
/// <param name="ExitCode">127 command not found, 126 not executable, 125 anything else.</param>
/// <param name="Message">Names the thing, the reason and the mend.</param>
public sealed record StartFailure(int ExitCode, string Message);
