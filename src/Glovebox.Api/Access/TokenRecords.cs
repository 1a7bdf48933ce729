using System.Text.Json.Serialization;
using Glovebox.Api.Times;

namespace Glovebox.Api.Access;

/// <summary>What a token may do. Each role may do what those before it may.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TokenRole>))]
public enum TokenRole
{
    /// <summary>Look at everything.</summary>
    [JsonStringEnumMemberName("reader")] Reader,

    /// <summary>Submit, cancel, retry, pause and remove.</summary>
    [JsonStringEnumMemberName("operator")] Operator,

    /// <summary>Define tasks and drain resources.</summary>
    [JsonStringEnumMemberName("admin")] Admin,
}

/// <summary>A token without itself.</summary>
public sealed record TokenSummary(
    string Id, string Name, TokenRole Role, [property: JsonConverter(typeof(UtcTimeConverter))] DateTimeOffset CreatedAt)
{
    /// <summary>The id of the token that a server makes for its own home: no other server knows it.</summary>
    public const string Home = "home";
}

/// <summary>A new token.</summary>
/// <param name="Token">Its text: this is the only time that it is shown.</param>
public sealed record CreatedToken(string Token, TokenSummary Summary);
