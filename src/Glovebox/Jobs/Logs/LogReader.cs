using Glovebox.Api.Jobs;
using Glovebox.Execution;

namespace Glovebox.Jobs.Logs;

/// <summary>Reads pieces of a log by their position in its file: whatever its length, one piece is in memory.</summary>
internal static class LogReader
{
    /// <summary>Of the file. A piece is not longer than this, unless one record is.</summary>
    public const int PieceBytes = 256 * 1024;

    // Writers break lines long before; what is longer was not written by one.
    private const int LongestRecord = 16 * 1024 * 1024;

    /// <summary>The bytes of one stream from a position; empty at the end of what is there.</summary>
    /// <exception cref="InvalidDataException">The position is none that was given, or the log was changed.</exception>
    public static async Task<(byte[] Bytes, long Position)> ReadAsync(string path, LogStream stream, long position, CancellationToken cancellation)
    {
        if (!File.Exists(path)) return ([], position);
        var file = new FileStream(path, new FileStreamOptions
        {
            Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0,
        });
        await using var _ = file.ConfigureAwait(false);
        if (!await IsBoundaryAsync(file, position, cancellation).ConfigureAwait(false))
            throw new InvalidDataException($"the log has no position {position}");
        var piece = new byte[Math.Min(PieceBytes, file.Length - position)];
        using var kept = new MemoryStream();
        file.Position = position;
        while (kept.Length == 0)
        {
            var read = await file.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
            if (read == 0) break;
            var done = Take(piece.AsSpan(0, read), stream, kept, position);
            if (done == 0)
            {
                // Still being written; or a record longer than a piece.
                if (read < PieceBytes || read < piece.Length) break;
                if (piece.Length >= LongestRecord) throw new InvalidDataException($"the log has no record at {position}");
                piece = new byte[piece.Length * 2];
            }
            position += done;
            file.Position = position;
        }
        return (kept.ToArray(), position);
    }

    private static async Task<bool> IsBoundaryAsync(FileStream file, long position, CancellationToken cancellation)
    {
        if (position == 0) return true;
        if (position > file.Length) return false;
        var before = new byte[1];
        file.Position = position - 1;
        return await file.ReadAsync(before, cancellation).ConfigureAwait(false) == 1 && before[0] == (byte)'\n';
    }

    private static int Take(ReadOnlySpan<byte> piece, LogStream stream, MemoryStream kept, long position)
    {
        var done = 0;
        int end;
        while ((end = piece[done..].IndexOf((byte)'\n')) >= 0)
        {
            var record = piece.Slice(done, end + 1);
            if (!ExecutionLog.TryParse(record[..end], out var from, out var whole, out var content))
                throw new InvalidDataException($"the log has no record at {position + done}");
            if (stream == LogStream.Both || (stream == LogStream.Stdout) == (from == StandardStream.Output))
                kept.Write(whole ? record[content..] : record[content..end]);
            done += end + 1;
        }
        return done;
    }
}
