namespace Glovebox.Cli.Serve;

/// <summary>A node of the queue in this process: API, scheduler and executor.</summary>
internal interface IServe
{
    /// <summary>Serves until it is cancelled, and then stops cleanly: running boxes are left to be adopted.</summary>
    /// <param name="tell">Gets a line for whoever runs the server, now and then.</param>
    /// <param name="listening">Called once, with the URLs that it got.</param>
    /// <exception cref="Api.RefusalException">It cannot begin: settings, addresses, store.</exception>
    Task RunAsync(ServeRequest request, Action<string> tell, Action<IReadOnlyList<string>> listening, CancellationToken cancellation);
}

/// <summary>How to serve.</summary>
/// <param name="Postgres">A connection string; null for the SQLite database of the home.</param>
/// <param name="Executions">How many may run at once; null for the number of processors.</param>
/// <param name="Config">The file of settings; null for <c>server.yaml</c> of the home, if there is one.</param>
/// <param name="Announce">Where other nodes reach it; null for where it listens.</param>
internal sealed record ServeRequest(IReadOnlyList<string> Urls, string? Postgres, int? Executions, string? Config, string? Announce = null);
