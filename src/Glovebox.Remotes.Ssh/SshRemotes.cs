using Glovebox.Api;
using Glovebox.Sharing.Remotes;

namespace Glovebox.Remotes.Ssh;

/// <summary>Remotes in a folder behind ssh. The other side needs a POSIX shell and its usual tools, and nothing of ours.</summary>
/// <param name="program">The ssh program, and the options it always gets.</param>
public sealed class SshRemotes(params IReadOnlyList<string> program) : IRemoteKind
{
    private readonly IReadOnlyList<string> _program = program.Count > 0 ? program : ["ssh"];

    /// <inheritdoc/>
    public string Scheme => "ssh";

    /// <inheritdoc/>
    public IRemote Open(Uri url)
    {
        var path = Uri.UnescapeDataString(url.AbsolutePath);
        // As git has it: /~/ begins at the user's home.
        if (path.StartsWith("/~/", StringComparison.Ordinal)) path = path[3..];
        // What begins with '-' would be an option of ssh's.
        if (url.Host.Length == 0 || url.Host[0] == '-' || path is "/" or "" || path.Any(char.IsControl)
            || url.UserInfo.Contains(':') || url.UserInfo.StartsWith('-'))
            throw RefusalException.Bad($"'{url}' names no folder behind ssh: write ssh://[USER@]HOST[:PORT]/PATH, without a password");
        var host = url.UserInfo.Length > 0 ? $"{Uri.UnescapeDataString(url.UserInfo)}@{url.Host}" : url.Host;
        string[] port = url.Port > 0 ? ["-p", url.Port.ToString()] : [];
        return new SshRemote([.. _program, "-o", "BatchMode=yes", .. port, "--", host], path, url.OriginalString);
    }
}
