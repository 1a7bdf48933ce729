using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Api.Functions.Remote;
using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Functions;

/// <summary>Whose functions a verb speaks to: those of <c>--server</c> or <c>GLOVEBOX_SERVER</c>, or else of this home: through its server where one runs.</summary>
internal sealed class FunctionServer(CommandContext context)
{
    private readonly Option<string?> _server = Options.Text("--server", null, "URL", "The server to ask (default: $GLOVEBOX_SERVER, else that of this home)");

    public void AddTo(Verb verb) => verb.Add(_server);

    /// <exception cref="RefusalException">The URL is none.</exception>
    public IFunctions Of(ParseResult parse)
    {
        var (what, url) = parse.GetValue(_server) is { } given ? ("--server", given) : ("GLOVEBOX_SERVER", context.Variable("GLOVEBOX_SERVER"));
        if (string.IsNullOrEmpty(url))
            return context.Features.LocalServer is { } local ? new FunctionsClient(local.Url, local.Token, context.Clock) : context.Features.Functions;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
            throw RefusalException.Bad($"{what} '{url}': give http://HOST:PORT, such as http://127.0.0.1:10000");
        return new FunctionsClient(server, context.Variable("GLOVEBOX_TOKEN"), context.Clock);
    }
}
