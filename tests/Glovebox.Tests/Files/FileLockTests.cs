using Glovebox.Files;

namespace Glovebox.Tests.Files;

public sealed class FileLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Lock => _folder["lock"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_holds_it_at_a_time()
    {
        using (var held = FileLock.TryAcquire(Lock))
        {
            Assert.NotNull(held);
            Assert.Null(FileLock.TryAcquire(Lock));
            Assert.Null(FileLock.TryAcquire(Lock, shared: true));
        }
        using var again = FileLock.TryAcquire(Lock);
        Assert.NotNull(again);
    }

    [Fact]
    public void Shared_holders_do_not_hinder_each_other()
    {
        using var one = FileLock.TryAcquire(Lock, shared: true);
        using var two = FileLock.TryAcquire(Lock, shared: true);
        Assert.NotNull(two);
        Assert.Null(FileLock.TryAcquire(Lock));
    }

    [Fact]
    public async Task Waiting_ends_when_it_is_free_or_when_cancelled()
    {
        var held = FileLock.TryAcquire(Lock)!;
        using var cancelled = new CancellationTokenSource();
        var given = FileLock.AcquireAsync(Lock, TimeProvider.System, cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        var waiting = FileLock.AcquireAsync(Lock, TimeProvider.System, CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        held.Dispose();
        using var got = await waiting;
        Assert.Equal(Lock, got.Path);
    }

    [Fact]
    public async Task Nothing_is_lost_between_many()
    {
        var count = 0;
        await Parallel.ForAsync(0, 20, async (_, cancellation) =>
        {
            using var held = await FileLock.AcquireAsync(Lock, TimeProvider.System, cancellation);
            var seen = count;
            await Task.Yield();
            count = seen + 1;
        });
        Assert.Equal(20, count);
    }

    [Fact]
    public void A_place_that_is_not_there_is_an_error() =>
        Assert.Contains("No such file", Assert.Throws<FileException>(() => FileLock.TryAcquire(_folder["none/lock"])).Message);
}
