using Glovebox.Sharing.Remotes;

namespace Glovebox.Tests.Conformance.Remotes;

public sealed class FolderRemoteConformance : RemoteSuite
{
    private readonly string _folder = Directory.CreateTempSubdirectory("glovebox-remote-").FullName;

    private string Place => Path.Combine(_folder, "a place with ' and \"");

    protected override IRemote Connect() => new FolderRemotes().Open(new Uri("file://" + Uri.EscapeDataString(Place).Replace("%2F", "/")));

    protected override ValueTask PrepareAsync() => ValueTask.CompletedTask;

    protected override ValueTask CleanAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_folder_with_something_else_in_it_is_refused()
    {
        File.WriteAllText(Path.Combine(_folder, "thesis.tex"), "");
        await using var remote = new FolderRemotes().Open(new Uri("file://" + _folder));

        Assert.Contains("not empty", await RefusalAsync(() => remote.PrepareAsync(TestContext.Current.CancellationToken)), StringComparison.Ordinal);
        Assert.Equal(["thesis.tex"], Directory.EnumerateFiles(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_share_that_is_not_mounted_is_not_made()
    {
        await using var remote = new FolderRemotes().Open(new Uri($"file://{_folder}/mnt/lab"));

        Assert.Contains("mounted", await RefusalAsync(() => remote.PrepareAsync(TestContext.Current.CancellationToken)), StringComparison.Ordinal);
        Assert.False(Path.Exists(Path.Combine(_folder, "mnt")));
    }
}
