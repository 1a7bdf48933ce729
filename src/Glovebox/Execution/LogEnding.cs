using System.Text;

namespace Glovebox.Execution;

/// <summary>
/// What a finished log holds. A log that reached its limit ends in a notice on standard error: a writer of ours adds it when it leaves out the
/// first record, a monitor of another make (conmon) stops without a word, and then it is added here.
/// </summary>
/// <param name="OutputBytes">What the command wrote, without the notice.</param>
/// <param name="Cut">The log reached its limit.</param>
public sealed record LogEnding(long OutputBytes, long ErrorBytes, bool Cut)
{
    private static readonly LogEnding Empty = new(0, 0, false);

    /// <summary>The text of the notice.</summary>
    public static byte[] Notice(long limit) =>
        Encoding.ASCII.GetBytes($"glovebox: the log reached its limit of {limit} bytes; what followed is not kept");

    /// <summary>Counts, and adds the notice where it is missing. Doing it again changes nothing. A missing log is an empty one.</summary>
    /// <param name="limit">What the log was written with.</param>
    /// <exception cref="InvalidDataException">As <see cref="ExecutionLog.CopyAsync"/>.</exception>
    public static async Task<LogEnding> CloseAsync(string path, long? limit, TimeProvider time, CancellationToken cancellation)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length == 0) return Empty;
        var cut = file.Length >= limit;
        if (cut) AddNotice(path, limit!.Value, time);
        using var output = new CountingStream();
        using var error = new CountingStream();
        await ExecutionLog.CopyAsync(path, 0, output, error, cancellation).ConfigureAwait(false);
        return new LogEnding(output.Count, error.Count - (cut ? Notice(limit!.Value).Length + 1 : 0), cut);
    }

    private static void AddNotice(string path, long limit, TimeProvider time)
    {
        var notice = Notice(limit);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0))
        {
            DropTorn(file);
            var tail = new byte[Math.Min(file.Length, notice.Length + 1)];
            file.Seek(-tail.Length, SeekOrigin.End);
            file.ReadExactly(tail);
            if (tail.AsSpan()[..^1].SequenceEqual(notice)) return;
        }
        using var log = new ExecutionLogWriter(path, time);
        log.Append(StandardStream.Error, [.. notice, (byte)'\n']);
    }

    // A record that was cut off when its writer was killed would swallow what comes behind it.
    private static void DropTorn(FileStream file)
    {
        const int Piece = 64 * 1024;
        var piece = new byte[Piece];
        for (var end = file.Length; end > 0;)
        {
            var start = Math.Max(0, end - Piece);
            file.Position = start;
            var read = file.ReadAtLeast(piece.AsSpan(0, (int)(end - start)), (int)(end - start));
            var last = piece.AsSpan(0, read).LastIndexOf((byte)'\n');
            if (last >= 0)
            {
                if (start + last + 1 < file.Length) file.SetLength(start + last + 1);
                return;
            }
            end = start;
        }
    }
}
