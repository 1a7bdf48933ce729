using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Api.Jobs.Remote;
using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Jobs;

/// <summary>Which queue a verb speaks to: that of <c>--server</c> or <c>GLOVEBOX_SERVER</c>, or else that of this home: through its server where one runs.</summary>
internal sealed class Queue(CommandContext context)
{
    private readonly Option<string?> _server = Options.Text("--server", null, "URL", "The server to ask (default: $GLOVEBOX_SERVER, else this machine's queue itself)");

    public void AddTo(Verb verb) => verb.Add(_server);

    /// <exception cref="RefusalException">The URL is none.</exception>
    public IJobs Of(ParseResult parse)
    {
        var (what, url) = parse.GetValue(_server) is { } given ? ("--server", given) : ("GLOVEBOX_SERVER", context.Variable("GLOVEBOX_SERVER"));
        if (string.IsNullOrEmpty(url))
            return context.Features.LocalServer is { } local ? new JobsClient(local.Url, local.Token, context.Clock) : context.Features.Jobs;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
            throw RefusalException.Bad($"{what} '{url}': give http://HOST:PORT, such as http://127.0.0.1:10000");
        return new JobsClient(server, context.Variable("GLOVEBOX_TOKEN"), context.Clock);
    }
}
