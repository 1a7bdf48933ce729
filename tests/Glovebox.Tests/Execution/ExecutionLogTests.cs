using System.Text;
using Glovebox.Execution;

namespace Glovebox.Tests.Execution;

public sealed class ExecutionLogTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("glovebox-log");
    private readonly string _path;

    public ExecutionLogTests() => _path = Path.Combine(_directory.FullName, "log");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Random_bytes_in_random_chunks_come_back()
    {
        var random = new Random(7);
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        using (var log = new ExecutionLogWriter(_path, TimeProvider.System))
        {
            for (var i = 0; i < 2000; i++)
            {
                var chunk = new byte[random.Next(0, i % 100 == 0 ? 300_000 : 300)];
                random.NextBytes(chunk);
                if (i % 3 == 0) chunk.AsSpan().Replace((byte)0x41, (byte)0x0a);
                var stream = random.Next(2) == 0 ? StandardStream.Output : StandardStream.Error;
                (stream == StandardStream.Output ? output : error).Write(chunk);
                log.Append(stream, chunk);
            }
        }
        var (readOutput, readError) = await ReadAsync();
        Assert.Equal(output.ToArray(), readOutput);
        Assert.Equal(error.ToArray(), readError);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no end")]
    [InlineData("one\n")]
    [InlineData("\n\n\n")]
    [InlineData("a\r\nb\r\n")]
    [InlineData(" stdout F \n")]
    public async Task Ends_of_lines_are_kept(string text)
    {
        Write(StandardStream.Output, text);
        Assert.Equal(text, Encoding.UTF8.GetString((await ReadAsync()).Output));
    }

    [Fact]
    public void A_record_is_a_time_a_stream_a_tag_and_the_bytes()
    {
        using (var log = new ExecutionLogWriter(_path, new FixedTime())) log.Append(StandardStream.Error, "x\ny"u8);
        Assert.Equal("2026-01-02T03:04:05.0000000Z stderr F x\n2026-01-02T03:04:05.0000000Z stderr P y\n", File.ReadAllText(_path));
    }

    [Fact]
    public async Task Conmons_records_are_read()
    {
        File.WriteAllText(_path, "2026-11-21T02:15:27.940727401+00:00 stdout F abcx\r\n2026-11-21T02:15:27.940727401+00:00 stdout P y\n");
        Assert.Equal("abcx\r\ny", Encoding.UTF8.GetString((await ReadAsync()).Output));
    }

    [Fact]
    public async Task A_record_cut_off_by_a_crash_is_left_out_and_what_follows_is_read_later()
    {
        Write(StandardStream.Output, "whole\n");
        var whole = new FileInfo(_path).Length;
        File.AppendAllText(_path, "2026-01-02T03:04:05.0000000Z stdout F ha");
        using var output = new MemoryStream();
        Assert.Equal(whole, await ExecutionLog.CopyAsync(_path, 0, output, null, TestContext.Current.CancellationToken));
        Assert.Equal("whole\n", Encoding.UTF8.GetString(output.ToArray()));

        File.AppendAllText(_path, "lf\n");
        var end = await ExecutionLog.CopyAsync(_path, whole, output, null, TestContext.Current.CancellationToken);
        Assert.Equal("whole\nhalf\n", Encoding.UTF8.GetString(output.ToArray()));
        Assert.Equal(new FileInfo(_path).Length, end);
    }

    [Fact]
    public async Task What_is_no_log_is_refused()
    {
        File.WriteAllText(_path, "hello\n");
        await Assert.ThrowsAsync<InvalidDataException>(ReadAsync);
    }

    [Fact]
    public void A_gigabyte_takes_no_memory()
    {
        var chunk = new byte[64 * 1024];
        for (var i = 99; i < chunk.Length; i += 100) chunk[i] = (byte)'\n';
        using var log = new ExecutionLogWriter("/dev/null", TimeProvider.System);
        log.Append(StandardStream.Output, chunk);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 16 * 1024; i++) log.Append(StandardStream.Output, chunk);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }

    private void Write(StandardStream stream, string text)
    {
        using var log = new ExecutionLogWriter(_path, TimeProvider.System);
        log.Append(stream, Encoding.UTF8.GetBytes(text));
    }

    private async Task<(byte[] Output, byte[] Error)> ReadAsync()
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        await ExecutionLog.CopyAsync(_path, 0, output, error, TestContext.Current.CancellationToken);
        return (output.ToArray(), error.ToArray());
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
