using Glovebox.Api.Runs;

namespace Glovebox.Projects;

/// <summary>What git says of a directory.</summary>
public interface IGitReader
{
    /// <summary>Null when the directory is in no repository, or git is not installed.</summary>
    Task<RunGit?> ReadAsync(string directory, CancellationToken cancellation);
}
