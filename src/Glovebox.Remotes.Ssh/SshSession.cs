using System.Diagnostics;
using System.Text;
using Glovebox.Api;

namespace Glovebox.Remotes.Ssh;

/// <summary>One ssh process with the script running at its other end. One wish at a time: who has the session has it alone.</summary>
internal sealed class SshSession : IAsyncDisposable
{
    private const string Ready = "ready";
    private const int LongestLine = 64 * 1024;

    private readonly Process _process;
    private readonly string _name;
    private readonly StringBuilder _said = new();
    private readonly Stream _in, _out;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _from, _to;

    private SshSession(Process process, string name)
    {
        (_process, _name) = (process, name);
        (_in, _out) = (process.StandardInput.BaseStream, process.StandardOutput.BaseStream);
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_said) _said.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
    }

    /// <exception cref="RefusalException">No ssh here, no such host, no such folder.</exception>
    public static async Task<SshSession> StartAsync(IReadOnlyList<string> command, string script, string name, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), script])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        SshSession session;
        try
        {
            session = new SshSession(Process.Start(start)!, name);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw RefusalException.Unable($"the program '{command[0]}' cannot be started: {missing.Message}. Install it (package openssh-client)");
        }
        try
        {
            // What a login shell of the other side says first is not ours.
            while (await session.LineAsync(cancellation) != Ready) { }
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a wish without waiting for its answer.</summary>
    public async Task SendAsync(string wish, CancellationToken cancellation) => await WriteAsync(Encoding.ASCII.GetBytes(wish + "\n"), cancellation);

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await _in.WriteAsync(bytes, cancellation);
        }
        catch (IOException)
        {
            throw await BrokenAsync();
        }
    }

    public Stream Input => _in;

    /// <summary>An answer to a wish: what stands behind "ok", or null for "no".</summary>
    /// <exception cref="RefusalException">The other side could not, and says why.</exception>
    public async Task<string?> AnswerAsync(CancellationToken cancellation)
    {
        await FlushAsync(cancellation);
        var line = await LineAsync(cancellation);
        if (line == "no") return null;
        if (line.StartsWith("er ", StringComparison.Ordinal)) throw RefusalException.Unable($"{_name}: {line[3..]}");
        return line.StartsWith("ok", StringComparison.Ordinal) ? line[2..].Trim() : throw RefusalException.Unable($"{_name}: the other side said '{line}'");
    }

    public async Task FlushAsync(CancellationToken cancellation)
    {
        try
        {
            await _in.FlushAsync(cancellation);
        }
        catch (IOException)
        {
            throw await BrokenAsync();
        }
    }

    public async Task<string> LineAsync(CancellationToken cancellation)
    {
        var line = new List<byte>();
        while (line.Count <= LongestLine)
        {
            if (_from == _to && !await FillAsync(cancellation)) throw await BrokenAsync();
            var next = _buffer[_from++];
            if (next == (byte)'\n') return Encoding.UTF8.GetString([.. line]);
            line.Add(next);
        }
        throw RefusalException.Unable($"{_name}: the other side does not speak as it should");
    }

    /// <summary>Bytes that the other side sends; 0 when it has gone.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken cancellation)
    {
        if (_from == _to) return await _out.ReadAsync(into, cancellation);
        var count = Math.Min(into.Length, _to - _from);
        _buffer.AsSpan(_from, count).CopyTo(into.Span);
        _from += count;
        return count;
    }

    /// <summary>Why the session is over, in ssh's words.</summary>
    public async Task<RefusalException> BrokenAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        string said;
        lock (_said) said = _said.ToString().Trim();
        return RefusalException.Unable($"{_name}: {(said.Length > 0 ? said : "the connection broke off")}. What arrived is kept: do it again when it is mended");
    }

    /// <summary>Ends it without waiting: nothing more of it is wanted.</summary>
    public void Abandon()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private async Task<bool> FillAsync(CancellationToken cancellation)
    {
        (_from, _to) = (0, await _out.ReadAsync(_buffer, cancellation));
        return _to > 0;
    }
}
