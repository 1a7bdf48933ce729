using Glovebox.Api.Runs;
using Glovebox.Api.Snapshots;

namespace Glovebox.Sharing.Histories;

/// <summary>Another tool's record of what was run.</summary>
internal interface IHistory
{
    /// <summary>The files or folders that hold one run each, in an order of their own.</summary>
    IReadOnlyList<string> Entries { get; }

    /// <summary>The id that the entry's run has here: always the same, so that nothing comes twice.</summary>
    /// <exception cref="DamagedEntryException">The entry cannot be read.</exception>
    string IdOf(string entry);

    /// <summary>The entry as a run that has ended.</summary>
    /// <param name="store">False: nothing is stored, the run is only looked at.</param>
    /// <returns>Null for what is no run that ended: deleted, or never begun.</returns>
    /// <exception cref="DamagedEntryException">The entry cannot be read.</exception>
    Run? Read(string entry, string project, bool store, CancellationToken cancellation);

    /// <summary>The files that hold one snapshot each, for a tool that has them.</summary>
    IReadOnlyList<string> Snapshots => [];

    /// <summary>The entry as a snapshot.</summary>
    /// <param name="project">Null to store nothing: then only what says that it is there is right.</param>
    /// <returns>Null for what its user did not make.</returns>
    /// <exception cref="DamagedEntryException">The entry cannot be read.</exception>
    Snapshot? ReadSnapshot(string entry, string? project) => null;
}

/// <summary>An entry of a history is not what its tool writes.</summary>
internal sealed class DamagedEntryException(string reason) : Exception(reason);
