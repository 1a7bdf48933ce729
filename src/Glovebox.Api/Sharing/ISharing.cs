using Glovebox.Api.Environments;

namespace Glovebox.Api.Sharing;

/// <summary>Runs, snapshots and images on their way between homes: remotes, files, and the histories of other tools.</summary>
public interface ISharing
{
    /// <summary>The remotes of the project that a directory belongs to, by name.</summary>
    Task<IReadOnlyList<RemoteSummary>> ListRemotesAsync(string directory, CancellationToken cancellation);

    /// <summary>Gives a place a name in the project. Nothing is asked of the place yet.</summary>
    /// <param name="url">A path, <c>file:PATH</c>, <c>ssh://[USER@]HOST[:PORT]/PATH</c> or <c>oci://HOST[:PORT]/NAME</c>.</param>
    /// <exception cref="RefusalException">The name is taken or none, or no such kind of place is known.</exception>
    Task<RemoteSummary> AddRemoteAsync(string directory, string name, string url, CancellationToken cancellation);

    /// <summary>Forgets a name; the place is left as it is.</summary>
    Task RemoveRemoteAsync(string directory, string name, CancellationToken cancellation);

    /// <summary>Copies to a remote what it lacks. A record appears there when all of its bytes are there.</summary>
    /// <exception cref="RefusalException">Nothing of that name, a run that has not ended, a remote that cannot be reached or is full, or damaged bytes: named.</exception>
    Task<TransferReport> PushAsync(TransferRequest request, IProgress<BuildProgress> progress, CancellationToken cancellation);

    /// <summary>Copies from a remote what this home lacks; every byte is checked against its digest before it is stored.</summary>
    Task<TransferReport> PullAsync(TransferRequest request, IProgress<BuildProgress> progress, CancellationToken cancellation);

    /// <summary>Writes a run and everything it needs into one file, which appears whole or not at all. Equal content gives equal bytes.</summary>
    Task<ExportReport> ExportAsync(ExportRequest request, IProgress<BuildProgress> progress, CancellationToken cancellation);

    /// <summary>Takes in a file that <see cref="ExportAsync"/> wrote. It is checked whole before anything of it is stored.</summary>
    Task<TransferReport> ImportAsync(string path, IProgress<BuildProgress> progress, CancellationToken cancellation);

    /// <summary>Brings the history of another tool over. What was brought before is not brought twice.</summary>
    Task<HistoryReport> ImportHistoryAsync(HistoryRequest request, IProgress<BuildProgress> progress, CancellationToken cancellation);
}
