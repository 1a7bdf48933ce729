using Glovebox.Api;
using Glovebox.Spelling;

namespace Glovebox.Sharing.Remotes;

/// <summary>The kinds of remote that this program knows.</summary>
internal sealed class RemoteKinds(IReadOnlyList<IRemoteKind> kinds)
{
    /// <exception cref="RefusalException">No kind has that scheme, or the URL is not one of its kind.</exception>
    public IRemote Open(Uri url)
    {
        var kind = kinds.FirstOrDefault(one => one.Scheme == url.Scheme) ?? throw RefusalException.Bad(
            $"no kind of remote is called '{url.Scheme}'.{NearNames.Question(url.Scheme, kinds.Select(one => one.Scheme))} There are: "
            + string.Join(", ", kinds.Select(one => one.Scheme)));
        return kind.Open(url);
    }
}
