namespace Glovebox.Execution;

/// <summary>Where an execution's bytes come from and go to.</summary>
/// <param name="LogPath">Every byte of both streams, in the CRI log format (see <see cref="ExecutionLog"/>).</param>
/// <param name="Terminal">True: the box has a terminal, which is the terminal of this process; standard error joins standard output.</param>
/// <param name="InheritInput">True: the command reads this process's own standard input. False: it reads the end of file at once.</param>
/// <param name="Output">Receives standard output as it comes; null for nobody. Never used when detached.</param>
/// <param name="Error">Receives standard error as it comes; null for nobody.</param>
/// <param name="LogLimitBytes">The log file takes no more records once it is so long; see <see cref="LogEnding"/>. Null: no limit.</param>
public sealed record ExecutionStreams(
    string LogPath, bool Terminal = false, bool InheritInput = false, Stream? Output = null, Stream? Error = null,
    long? LogLimitBytes = null);
