using Glovebox.Remotes.Ssh;
using Glovebox.Sharing.Remotes;

namespace Glovebox.Tests.Conformance.Remotes;

public sealed class SshRemoteConformance : RemoteSuite
{
    private TestSsh? _ssh;

    protected override IRemote Connect() => new SshRemotes([.. _ssh!.Client]).Open(_ssh.Url());

    protected override async ValueTask PrepareAsync() => _ssh = await TestSsh.StartAsync();

    protected override ValueTask CleanAsync() => _ssh?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task A_folder_that_is_not_there_is_named()
    {
        await using var remote = new SshRemotes([.. _ssh!.Client]).Open(_ssh.Url("/nowhere/at/all"));

        Assert.Contains("/nowhere/at/all", await RefusalAsync(() => remote.PrepareAsync(TestContext.Current.CancellationToken)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_wrote_is_a_remote_in_a_folder_too()
    {
        await using var behind = Connect();
        var id = await PutAsync(behind, "bytes"u8.ToArray());

        await using var here = new FolderRemotes().Open(new Uri("file://" + string.Join('/', _ssh!.Folder.Split('/').Select(Uri.EscapeDataString))));

        Assert.Equal("bytes"u8.ToArray(), await GetAsync(here, id, 0));
        Assert.Empty(await here.ListAsync(RecordKind.Run, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("ssh://-oProxyCommand@host/y")]
    [InlineData("ssh://host/")]
    [InlineData("ssh://user:secret@host/path")]
    public async Task A_url_that_is_none_is_refused(string url) =>
        Assert.NotEmpty(await RefusalAsync(() => Task.FromResult(new SshRemotes("ssh").Open(new Uri(url)))));
}
