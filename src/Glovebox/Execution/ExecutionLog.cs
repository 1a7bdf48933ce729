using System.Buffers;

namespace Glovebox.Execution;

/// <summary>
/// The log of an execution, in the CRI log format that conmon writes too: lines of
/// <c>RFC3339-time SP (stdout|stderr) SP (F|P) SP bytes LF</c>. <c>F</c> stands for bytes that ended in a line feed, <c>P</c> for bytes
/// that did not (the line goes on, or the stream ended). So every byte can be had back, invalid UTF-8 included.
/// Format: the CRI logging specification of Kubernetes (design proposal "CRI: Dockershim and container logs").
/// Written by <see cref="ExecutionLogWriter"/>.
/// </summary>
public static class ExecutionLog
{
    private const int BlockLength = 128 * 1024;

    /// <summary>
    /// Copies what the command wrote, from the record at <paramref name="offset"/> (bytes into the file; 0 or an earlier return value) to the
    /// last whole record. A record that is still being written, or was cut off when its writer was killed, is left for the next call.
    /// </summary>
    /// <param name="output">Receives standard output; null to leave it out.</param>
    /// <param name="error">Receives standard error; null to leave it out.</param>
    /// <returns>The offset behind the last whole record: where to go on. Nothing new: the same offset.</returns>
    /// <exception cref="InvalidDataException">A whole line is not a record.</exception>
    public static async Task<long> CopyAsync(string path, long offset, Stream? output, Stream? error, CancellationToken cancellation)
    {
        var file = new FileStream(path, new FileStreamOptions
        {
            Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0,
        });
        await using var _ = file.ConfigureAwait(false);
        file.Position = offset;
        var block = ArrayPool<byte>.Shared.Rent(BlockLength);
        try
        {
            var held = 0;
            while (true)
            {
                var read = await file.ReadAsync(block.AsMemory(held), cancellation).ConfigureAwait(false);
                if (read == 0) return offset;
                held += read;
                var done = CopyRecords(block.AsSpan(0, held), output, error, offset);
                offset += done;
                held -= done;
                block.AsSpan(done, held).CopyTo(block);
                if (held == block.Length) block = Grow(block);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private static int CopyRecords(Span<byte> block, Stream? output, Stream? error, long offset)
    {
        var done = 0;
        int end;
        while ((end = block[done..].IndexOf((byte)'\n')) >= 0)
        {
            var record = block.Slice(done, end + 1);
            if (!TryParse(record[..end], out var stream, out var whole, out var content))
                throw new InvalidDataException($"The log has no record at byte {offset + done}. It was changed after it was written.");
            // A whole line's own line feed is the record's: it is written in the same call.
            var bytes = whole ? record[content..] : record[content..end];
            (stream == StandardStream.Output ? output : error)?.Write(bytes);
            done += end + 1;
        }
        return done;
    }

    /// <summary>Reads the head of one record (without its line feed).</summary>
    /// <param name="content">Where the command's bytes begin.</param>
    internal static bool TryParse(ReadOnlySpan<byte> record, out StandardStream stream, out bool whole, out int content)
    {
        stream = StandardStream.Output;
        whole = false;
        content = 0;
        var time = record.IndexOf((byte)' ');
        if (time <= 0) return false;
        var rest = record[(time + 1)..];
        if (rest.StartsWith("stderr "u8)) stream = StandardStream.Error;
        else if (!rest.StartsWith("stdout "u8)) return false;
        rest = rest[7..];
        whole = rest.StartsWith("F "u8);
        content = time + 10;
        return whole || rest.StartsWith("P "u8);
    }

    private static byte[] Grow(byte[] block)
    {
        var larger = ArrayPool<byte>.Shared.Rent(block.Length * 2);
        block.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(block);
        return larger;
    }
}
