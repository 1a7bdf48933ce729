namespace Glovebox.Tests.Conformance.Suite;

/// <summary>Keeps what is written to it, and says when a text has come.</summary>
internal sealed class HeardOutput : MemoryStream
{
    private readonly SemaphoreSlim _written = new(0);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_written) base.Write(buffer);
        _written.Release();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public async Task WaitForAsync(string text, CancellationToken cancellation)
    {
        while (!Text().Contains(text, StringComparison.Ordinal)) await _written.WaitAsync(cancellation);
    }

    private string Text()
    {
        lock (_written) return System.Text.Encoding.UTF8.GetString(ToArray());
    }
}
