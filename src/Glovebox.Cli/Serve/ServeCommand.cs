using System.CommandLine;
using Glovebox.Api;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Serve;

/// <summary><c>glovebox serve</c>.</summary>
internal static class ServeCommand
{
    private const string DefaultUrl = "http://127.0.0.1:10000";

    public static Verb Create(CommandContext context)
    {
        var urls = Options.Text("--urls", null, "URL[,URL]", $"Where to listen (default: {DefaultUrl}); port 0 for any free one");
        var store = Options.Text("--store", null, "STORE", "sqlite (default), or postgres:CONNECTION to share the work with other nodes");
        var executions = Options.Text("--executions", null, "N", "How many may run at once (default: one a processor)");
        var config = Options.Text("--config", null, "FILE", "Settings (default: server.yaml in the home, if there is one)");
        var announce = Options.Text("--announce", null, "URL", "Where other nodes of the store reach this one (default: where it listens)");
        var verb = new Verb("serve", "Run jobs that are posted: API, scheduler and executor in one process")
        {
            Notes = """
                Listens on this machine alone, unless --urls says otherwise; that takes a token ('glovebox token create --role admin').
                TERM or Ctrl-C stops it cleanly: what runs goes on, and the next 'serve' on this home takes it over.
                """,
            Examples =
            [
                ("glovebox serve", "On port 10000 of this machine"),
                ("glovebox serve --urls 'http://*:10000' --store 'postgres:Host=db;Database=glovebox'", "One of several nodes"),
            ],
        };
        foreach (var option in new Option[] { urls, store, executions, config, announce }) verb.Add(option);
        verb.Act = async (parse, cancellation) =>
        {
            var request = new ServeRequest(
                (parse.GetValue(urls) ?? DefaultUrl).Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                Postgres(parse.GetValue(store) ?? context.Variable("GLOVEBOX_STORE") ?? "sqlite"),
                parse.GetValue(executions) is { } most ? Numbers.Whole("--executions", most, 1) : null,
                parse.GetValue(config) is { } file ? Path.GetFullPath(file, context.Directory) : null,
                parse.GetValue(announce) is { } url ? Announced(url) : null);
            await context.Features.Serve.RunAsync(
                request, line => context.Screen.Tell($"glovebox: {line}\n"), bound => context.Screen.Tell($"glovebox: listening on {string.Join(", ", bound)}\n"), cancellation);
            return ExitCode.Success;
        };
        return verb;
    }

    private static string Announced(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        ? url
        : throw RefusalException.Bad($"--announce '{url}': give a URL such as http://node1.example:10000");

    internal static string? Postgres(string store) => store switch
    {
        "sqlite" => null,
        _ when store.StartsWith("postgres:", StringComparison.Ordinal) && store.Length > 9 => store[9..],
        _ => throw RefusalException.Bad($"--store '{store}': give sqlite, or postgres:CONNECTION such as 'postgres:Host=localhost;Database=glovebox'"),
    };
}
