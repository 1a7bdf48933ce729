namespace Glovebox.Tests.Conformance.Suite;

/// <summary>Keeps what is written to it, and says when a text has come.</summary>
internal sealed class HeardOutput : MemoryStream
{
    private readonly SemaphoreSlim _written = new(0);

    // A derived MemoryStream writes spans by way of arrays, so the array's way is the one that everything takes.
    public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

    public override void Write(byte[] buffer, int offset, int count)
    {
        lock (_written) base.Write(buffer, offset, count);
        _written.Release();
    }

    public async Task WaitForAsync(string text, CancellationToken cancellation)
    {
        while (!Text().Contains(text, StringComparison.Ordinal)) await _written.WaitAsync(cancellation);
    }

    private string Text()
    {
        lock (_written) return System.Text.Encoding.UTF8.GetString(ToArray());
    }
}
