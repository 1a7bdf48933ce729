using System.Text;
using Glovebox.Api.Jobs;
using Glovebox.Execution;
using Glovebox.Jobs.Logs;
using Glovebox.Tests.Files;

namespace Glovebox.Tests.Jobs.Logs;

public sealed class LogLimitTests : IDisposable
{
    private const int Limit = 1000;
    private readonly TemporaryFolder _folder = new();

    private string Log => _folder["log"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_log_at_its_limit_ends_in_a_notice_and_counts_what_is_kept()
    {
        using (var log = new ExecutionLogWriter(Log, TimeProvider.System, Limit))
            for (var i = 0; i < 100; i++) log.Append(StandardStream.Output, Encoding.ASCII.GetBytes($"line {i:00}\n"));
        var ending = await CloseAsync();
        Assert.True(ending.Cut);
        Assert.InRange(new FileInfo(Log).Length, Limit, Limit + 200);
        Assert.Equal($"glovebox: the log reached its limit of {Limit} bytes; what followed is not kept\n", await ReadAsync(LogStream.Stderr));
        var kept = await ReadAsync(LogStream.Stdout);
        Assert.StartsWith("line 00\nline 01\n", kept);
        Assert.Equal((kept.Length, 0), (ending.OutputBytes, ending.ErrorBytes));
    }

    [Fact]
    public async Task A_log_that_a_monitor_cut_gets_its_notice_once()
    {
        File.WriteAllText(Log, string.Concat(Enumerable.Repeat("2026-01-31T23:59:59.1234567Z stderr F x\n", 30)) + "2026-01-31T23:59:59.12");
        var ending = await CloseAsync();
        Assert.Equal((0, 60, true), (ending.OutputBytes, ending.ErrorBytes, ending.Cut));
        var once = File.ReadAllBytes(Log);
        Assert.Equal(ending, await CloseAsync());
        Assert.Equal(once, File.ReadAllBytes(Log));
        Assert.EndsWith("is not kept\n", await ReadAsync(LogStream.Both));
    }

    [Fact]
    public async Task A_log_below_its_limit_is_left_alone()
    {
        using (var log = new ExecutionLogWriter(Log, TimeProvider.System, Limit)) log.Append(StandardStream.Output, "short\n"u8);
        var before = File.ReadAllBytes(Log);
        Assert.Equal(new LogEnding(6, 0, false), await CloseAsync());
        Assert.Equal(before, File.ReadAllBytes(Log));
    }

    [Fact]
    public async Task Pieces_are_exact_and_small_whatever_the_bytes()
    {
        var random = new Random(7);
        var (output, error) = (new MemoryStream(), new MemoryStream());
        using (var log = new ExecutionLogWriter(Log, TimeProvider.System))
        {
            for (var i = 0; i < 300; i++)
            {
                var chunk = new byte[random.Next(1, 60_000)];
                random.NextBytes(chunk);
                log.Append(i % 3 == 0 ? StandardStream.Error : StandardStream.Output, chunk);
                (i % 3 == 0 ? error : output).Write(chunk);
            }
        }
        Assert.Equal(output.ToArray(), await BytesAsync(LogStream.Stdout));
        Assert.Equal(error.ToArray(), await BytesAsync(LogStream.Stderr));
    }

    [Fact]
    public async Task A_position_that_was_never_given_is_refused()
    {
        using (var log = new ExecutionLogWriter(Log, TimeProvider.System)) log.Append(StandardStream.Output, "some text\n"u8);
        await Assert.ThrowsAsync<InvalidDataException>(() => LogReader.ReadAsync(Log, LogStream.Both, 3, CancellationToken.None));
        await Assert.ThrowsAsync<InvalidDataException>(() => LogReader.ReadAsync(Log, LogStream.Both, 5000, CancellationToken.None));
    }

    private Task<LogEnding> CloseAsync() => LogEnding.CloseAsync(Log, Limit, TimeProvider.System, CancellationToken.None);

    private async Task<string> ReadAsync(LogStream stream) => Encoding.UTF8.GetString(await BytesAsync(stream));

    private async Task<byte[]> BytesAsync(LogStream stream)
    {
        using var all = new MemoryStream();
        long position = 0;
        while (true)
        {
            var (bytes, next) = await LogReader.ReadAsync(Log, stream, position, CancellationToken.None);
            if (bytes.Length == 0) return all.ToArray();
            Assert.True(bytes.Length <= LogReader.PieceBytes);
            all.Write(bytes);
            position = next;
        }
    }
}
