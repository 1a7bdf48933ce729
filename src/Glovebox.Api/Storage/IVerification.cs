using Glovebox.Api.Environments;

namespace Glovebox.Api.Storage;

/// <summary>Reads all that is stored against its hashes.</summary>
public interface IVerification
{
    /// <summary>Changes nothing. What is damaged or missing is named, with what uses it.</summary>
    Task<VerificationReport> VerifyAsync(IProgress<BuildProgress> progress, CancellationToken cancellation);
}

/// <summary>What was read.</summary>
/// <param name="Objects">Files of trees, trees and snapshots; images, their layers, and locks of environments.</param>
/// <param name="Bytes">Bytes that were hashed.</param>
/// <param name="Damaged">In the order of their digests; empty when all is well.</param>
public sealed record VerificationReport(int Objects, long Bytes, IReadOnlyList<DamagedObject> Damaged);

/// <summary>Something whose bytes are not what they were, or are gone.</summary>
/// <param name="Id">The SHA-256 of what it should be.</param>
/// <param name="State"><c>damaged</c> or <c>missing</c>.</param>
/// <param name="Path">Its file in the store.</param>
/// <param name="UsedBy">Each as <c>snapshot ID: PATH</c> or <c>run ID: PATH</c>; empty for what nothing needs.</param>
public sealed record DamagedObject(string Id, string State, string Path, IReadOnlyList<string> UsedBy)
{
    /// <summary>What was found, where that is more than another digest; else null.</summary>
    public string? Reason { get; init; }
}
