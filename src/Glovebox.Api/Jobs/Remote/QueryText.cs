using System.Text;

namespace Glovebox.Api.Jobs.Remote;

/// <summary>The part of a URL behind the question mark; empty when nothing was added.</summary>
internal sealed class QueryText
{
    private readonly StringBuilder _text = new();

    /// <param name="value">Null to leave it out.</param>
    public QueryText Add(string name, string? value)
    {
        if (value is not null) _text.Append(_text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return this;
    }

    public QueryText Page(string? cursor, int limit) => Add("cursor", cursor).Add("limit", $"{limit}");

    public override string ToString() => _text.ToString();
}
