namespace Glovebox.Remotes.Ssh;

/// <summary>
/// The program of the other side, for any POSIX shell: it reads a line a wish and answers a line each, "ok …", "no" or "er …". Its words are names
/// made of digits and letters that this side chose; no text of a user's is ever part of it but the folder's path, quoted.
/// </summary>
internal static class RemoteScript
{
    /// <summary>
    /// <c>has P</c>, <c>size P</c>, <c>get P FROM</c>, <c>take TMP SIZE</c> (bytes follow), <c>sum TMP</c>, <c>place TMP DIR P</c>, <c>drop TMP</c>,
    /// <c>list DIR</c>, <c>mark WORDS</c>. Bytes are taken by head, which reads no more than it is told to; the shell's own read takes no byte behind its line.
    /// </summary>
    private const string Text = """
        umask 022
        while read -r w a b c; do
          case $w in
            has) if [ -f "$a" ]; then echo ok; else echo no; fi ;;
            size) if [ -f "$a" ]; then n=$(wc -c <"$a") && echo "ok $((n))"; else echo no; fi ;;
            get) tail -c "+$b" "$a" ;;
            take) mkdir -p incoming && head -c "$b" >"$a"; n=$(wc -c <"$a"); if [ "$((n))" = "$b" ]; then echo ok; else rm -f "$a"; echo "er the other side took $n of $b bytes: is its disk full?"; exit 1; fi ;;
            sum) if s=$(sha256sum <"$a" 2>/dev/null); then echo "ok ${s%% *}"; else echo ok; fi ;;
            place) if e=$(mkdir -p "$b" && mv -f "$a" "$c" 2>&1); then echo ok; else echo "er $e"; fi ;;
            drop) rm -f "$a"; echo ok ;;
            list) if [ -d "$a" ]; then ls -1 "$a"; fi; echo . ;;
            mark) e=$(ls -A . | grep -v '^incoming$'); if [ -f "$a" ]; then read -r t <"$a"; echo "ok $t"; elif [ -z "$e" ]; then echo no; else echo 'er it is not empty and no remote of Glovebox'"'"'s'; fi ;;
          esac
        done
        """;

    /// <summary>The command line for the other side's login shell.</summary>
    /// <param name="make">Makes the folder when its parent is there; else it must be there.</param>
    public static string For(string folder, bool make)
    {
        var path = Quote(folder.StartsWith('/') ? folder : "./" + folder);
        var enter = make ? $"{{ [ -d {path} ] || mkdir {path}; }} && cd {path} && echo ready" : $"cd {path} && echo ready";
        return $"exec sh -c {Quote($"{enter} || exit 3\n{Text}")}";
    }

    public static string Quote(string text) => $"'{text.Replace("'", "'\\''")}'";
}
