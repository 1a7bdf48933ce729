using Glovebox.Api.Jobs;
using Glovebox.Garbage;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Jobs.Nodes;
using Glovebox.Storage.Sqlite;
using Glovebox.Storage.Sqlite.Runs;
using Glovebox.Tests.Files;
using Glovebox.Tests.Jobs;

namespace Glovebox.Tests.Garbage;

public sealed class UsersOfImageTests : IAsyncDisposable
{
    private const string Image = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private readonly JobSite _site = new();
    private readonly TemporaryFolder _folder = new();
    private readonly GloveboxHome _home;

    public UsersOfImageTests() => _home = new GloveboxHome(_folder.Make("home"));

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Jobs_that_are_not_finished_count_by_every_name_that_they_may_use()
    {
        var waits = await SubmitAsync(new JobSpec { Image = "team/tool:1", Command = ["a"] });
        var scheduled = await SubmitAsync(new JobSpec { Environment = "team/tool:1", Command = ["a"], Cron = "0 0 1 1 *" });
        var later = await SubmitAsync(new JobSpec { Image = "team/tool:1", Command = ["a"], StartIn = 3600 });
        var digest = await SubmitAsync(new JobSpec { Image = Image[..20], Command = ["a"] });
        await SubmitAsync(new JobSpec { Image = "team/tool", Command = ["a"] });
        await SubmitAsync(new JobSpec { Image = "sha256:01234567ffff", Command = ["a"] });
        await _site.Jobs.CancelAsync(await SubmitAsync(new JobSpec { Image = "team/tool:1", Command = ["a"] }), JobSite.Cancellation);

        Assert.Equal(Sorted(waits, scheduled, later), Sorted(await FindAsync(new ImageLoss(null, ["team/tool:1"]))));
        Assert.Equal(Sorted(waits, scheduled, later, digest), Sorted(await FindAsync(new ImageLoss(Image, ["team/tool:1"]))));
        Assert.Equal([digest], await FindAsync(new ImageLoss(Image, [])));
    }

    [Fact]
    public async Task Boxes_that_stand_on_it_count_whatever_their_job_calls_it()
    {
        var folder = new ExecutionFolder(_home, Guid.NewGuid().ToString());
        folder.Create("store", overlay: false);
        folder.WriteNeeds("sha256:e", Image);
        Assert.Equal([$"execution {Path.GetFileName(folder.Root)}"], await FindAsync(new ImageLoss(Image, ["other"]), strip: false));
        folder.Close([]);
        Assert.Empty(await FindAsync(new ImageLoss(Image, ["other"])));
    }

    private async Task<string> SubmitAsync(JobSpec spec) => (await _site.SubmitAsync(spec)).Job.Id;

    private async Task<IReadOnlyList<string>> FindAsync(ImageLoss loss, bool strip = true)
    {
        var users = new UsersOfImage(new SqliteRunStore(new SqliteDatabase(_home.Database)), () => _site.Jobs, _home);
        var found = await users.FindAsync(loss, JobSite.Cancellation);
        return strip ? [.. found.Select(user => user["job ".Length..])] : found;
    }

    private static IEnumerable<string> Sorted(params IEnumerable<string> ids) => ids.Order(StringComparer.Ordinal);
}
