using System.Globalization;
using Glovebox.Api;
using Glovebox.Spelling;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Glovebox.Server.Http;

/// <summary>The words of a request: its path's and its query's, strictly read.</summary>
internal readonly struct Ask
{
    private readonly HttpContext _http;

    /// <exception cref="RefusalException">The query has a parameter that the route does not know, or one twice.</exception>
    public Ask(HttpContext http)
    {
        _http = http;
        var known = http.GetEndpoint()?.Metadata.GetMetadata<Route>()?.Query ?? [];
        foreach (var (name, values) in http.Request.Query)
        {
            if (known.All(parameter => parameter.Name != name))
                throw RefusalException.Bad($"query: no parameter '{name}'{Nearest.Hint(name, known.Select(parameter => parameter.Name))}");
            if (values.Count > 1) throw RefusalException.Bad($"query: '{name}' is given twice");
        }
    }

    /// <summary>A part of the path.</summary>
    /// <summary>A part of the path. The server decodes all of it but the slash, which an address has.</summary>
    public string Part(string name) => ((string)_http.GetRouteValue(name)!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    public string? Text(string name) => _http.Request.Query.TryGetValue(name, out var value) && value.ToString() is { Length: > 0 } text ? text : null;

    public bool Flag(string name) => Text(name) switch
    {
        null or "false" => false,
        "true" => true,
        var text => throw RefusalException.Bad($"{name} '{text}': give true or false"),
    };

    public bool? Choice(string name) => Text(name) is null ? null : Flag(name);

    public long? Whole(string name, long least, long most)
    {
        if (Text(name) is not { } text) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        throw RefusalException.Bad($"{name} '{text}': give a whole number, {least} to {most}");
    }

    public int Limit() => (int)(Whole("limit", 1, 1000) ?? 50);
}
