namespace Glovebox.Cli.Serve;

/// <summary>The server that has this home now. Whoever may read the home's files may use it as its administrator.</summary>
/// <param name="Token">Made anew at every start; it is in no store.</param>
internal sealed record LocalServer(Uri Url, string Token);
