using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Glovebox.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Functions;

/// <summary>
/// The headers of a request, for code that looks at them; never what lets the client in here. Most code does not, so they are copied when they are
/// first asked for, which must be before the request has its answer.
/// </summary>
internal sealed class CallHeaders(IHeaderDictionary headers) : IReadOnlyDictionary<string, string>
{
    private Dictionary<string, string>? _copied;

    private Dictionary<string, string> All => _copied ??= Copy(headers);

    public int Count => All.Count;
    public IEnumerable<string> Keys => All.Keys;
    public IEnumerable<string> Values => All.Values;
    public string this[string key] => All[key];

    public bool ContainsKey(string key) => All.ContainsKey(key);
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => All.TryGetValue(key, out value);
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => All.GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static Dictionary<string, string> Copy(IHeaderDictionary headers)
    {
        var copied = new Dictionary<string, string>(headers.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers)
            if (!HopByHop.Has(name) && !name.Equals("Authorization", StringComparison.OrdinalIgnoreCase)) copied[name] = value.ToString();
        return copied;
    }
}
