namespace Glovebox.Functions.Pool;

/// <summary>What goes into an instance.</summary>
/// <param name="Id">The call's id.</param>
/// <param name="ContentType">Of <paramref name="Body"/>; JSON where it is empty.</param>
/// <param name="Body">The parameters, not parsed by us.</param>
/// <param name="Method">Of the HTTP request, for the <c>http</c> contract and the context.</param>
/// <param name="Path">What followed <c>/call</c> in the request's path, its query included; for the <c>http</c> contract.</param>
/// <param name="Headers">Of the HTTP request, for the <c>http</c> contract and the context; null for none. Only to be read before the call has ended.</param>
public sealed record CallRequest(
    string Id, string ContentType, ReadOnlyMemory<byte> Body, string Method = "POST", string Path = "",
    IReadOnlyDictionary<string, string>? Headers = null);
