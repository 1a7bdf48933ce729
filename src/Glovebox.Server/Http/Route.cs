using Glovebox.Api.Access;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Http;

/// <summary>One endpoint, with all that its description in OpenAPI needs: so that cannot differ from what is served.</summary>
/// <param name="Needs">The role that may call it; null for anybody.</param>
/// <param name="Summary">One line.</param>
internal sealed record Route(string Method, string Pattern, TokenRole? Needs, string Summary, RequestDelegate Handle)
{
    public IReadOnlyList<Parameter> Query { get; init; } = [];
    public IReadOnlyList<Parameter> Headers { get; init; } = [];

    /// <summary>The record that the body holds; null for no body.</summary>
    public Type? Body { get; init; }

    /// <summary>What else the body may be.</summary>
    public IReadOnlyList<string> BodyMedia { get; init; } = [];

    /// <summary>The record that comes back; null for none.</summary>
    public Type? Reply { get; init; }

    /// <summary>What comes back where that is no JSON.</summary>
    public string? ReplyMedia { get; init; }

    /// <summary>On success.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>On success too, with the same answer, and when that is.</summary>
    public (int Status, string When)? Also { get; init; }

    /// <summary>It never holds its thread, so it may be answered on the one that reads the connections: a wake-up less.</summary>
    public bool StaysOnThread { get; init; }

    /// <summary>Part of the native API, and so of the OpenAPI document.</summary>
    public bool IsNative => Pattern.StartsWith("/v1/", StringComparison.Ordinal) || Pattern == "/healthz";
}

/// <summary>A parameter of the query, or a header.</summary>
/// <param name="Kind"><c>string</c>, <c>integer</c> or <c>boolean</c>.</param>
internal sealed record Parameter(string Name, string Kind, string Meaning);
