using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Sharing;
using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Projects;
using Glovebox.Runs;
using Glovebox.Sharing.Crates;
using Glovebox.Sharing.Histories;
using Glovebox.Sharing.Packing;
using Glovebox.Sharing.Remotes;
using Glovebox.Snapshots;
using Glovebox.Snapshots.Records;

namespace Glovebox.Sharing;

/// <summary>What this home shares with others. While it works it holds the store's lock, so that gc takes nothing from under it.</summary>
public sealed class SharingFeature : ISharing
{
    private readonly GloveboxHome _home;
    private readonly TimeProvider _time;
    private readonly RemoteBook _book;
    private readonly RemoteKinds _kinds;
    private readonly HomeSide _side;
    private readonly IRunStore _runs;

    public SharingFeature(
        GloveboxHome home, IRunStore runs, ISnapshotStore snapshots, IBlobStore blobs, ITrees trees, ImageStore images, EnvironmentStore environments,
        IReadOnlyList<IRemoteKind> kinds, TimeProvider time)
    {
        _home = home;
        _time = time;
        _runs = runs;
        _book = new RemoteBook(home, time);
        _kinds = new RemoteKinds(kinds);
        _side = new HomeSide(home, runs, snapshots, blobs, trees, images, new EnvironmentCarrier(environments), time);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RemoteSummary>> ListRemotesAsync(string directory, CancellationToken cancellation) =>
        Task.FromResult(_book.List(Project.Find(directory).Root));

    /// <inheritdoc/>
    public async Task<RemoteSummary> AddRemoteAsync(string directory, string name, string url, CancellationToken cancellation)
    {
        var full = RemoteUrl.Parse(url, directory);
        await _kinds.Open(full).DisposeAsync();
        var remote = new RemoteSummary(name, full.OriginalString);
        await _book.AddAsync(Project.Find(directory).Root, remote, cancellation);
        return remote;
    }

    /// <inheritdoc/>
    public Task RemoveRemoteAsync(string directory, string name, CancellationToken cancellation) =>
        _book.RemoveAsync(Project.Find(directory).Root, name, cancellation);

    /// <inheritdoc/>
    public async Task<TransferReport> PushAsync(TransferRequest request, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var project = Project.Find(request.Directory).Root;
        var (url, ids) = await ChooseAsync(project, request, cancellation);
        await using var remote = _kinds.Open(url);
        using var storing = await HoldStoreAsync(cancellation);
        return await new Push(_side, remote, progress).RunAsync(project, ids, request, url.OriginalString, cancellation);
    }

    /// <inheritdoc/>
    public async Task<TransferReport> PullAsync(TransferRequest request, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var (url, ids) = await ChooseAsync(Project.Find(request.Directory).Root, request, cancellation);
        await using var remote = _kinds.Open(url);
        using var storing = await HoldStoreAsync(cancellation);
        return await new Pull(_side, remote, progress).RunAsync(ids, request.DryRun, request.WithImages, url.OriginalString, cancellation);
    }

    /// <inheritdoc/>
    public async Task<ExportReport> ExportAsync(ExportRequest request, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        using var storing = await HoldStoreAsync(cancellation);
        var run = await RunIds.FindAsync(_runs, request.Id, cancellation);
        var parcel = _side.Packer.Pack(run, request.WithImages);
        var path = Path.GetFullPath(request.Path);
        var bytes = await new CrateWriter(_side, progress).WriteAsync(run, parcel, path, cancellation);
        return new ExportReport(run.Id, path, bytes, parcel.Pieces.Count, Parcel.NotesOf([parcel]));
    }

    /// <inheritdoc/>
    public async Task<TransferReport> ImportAsync(string path, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        using var storing = await HoldStoreAsync(cancellation);
        using var crate = await CrateReader.OpenAsync(path, progress, cancellation);
        return await new Pull(_side, crate, progress).RunAsync([], dryRun: false, withImages: true, Path.GetFullPath(path), cancellation);
    }

    /// <inheritdoc/>
    public async Task<HistoryReport> ImportHistoryAsync(HistoryRequest request, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        using var storing = await HoldStoreAsync(cancellation);
        return await new HistoryImport(_side).RunAsync(request, Project.Find(request.Directory).Root, progress, cancellation);
    }

    /// <summary>The first word names the remote when it can be no id; without one it is <c>origin</c>.</summary>
    private async Task<(Uri Url, IReadOnlyList<string> Ids)> ChooseAsync(string project, TransferRequest request, CancellationToken cancellation)
    {
        var words = request.Words;
        if (words.Count > 0 && _book.Find(project, words[0]) is { } named) return (RemoteUrl.Parse(named.Url, request.Directory), [.. words.Skip(1)]);
        if (words.Count > 0 && RemoteUrl.LooksLikeOne(words[0]) && !_side.IsImage(words[0]))
            return (RemoteUrl.Parse(words[0], request.Directory), [.. words.Skip(1)]);
        if (words.Count > 0 && _book.IsNearlyOne(project, words[0]) && !await _side.KnowsAsync(words[0], cancellation)) throw _book.NoSuch(project, words[0]);
        if (_book.Find(project, RemoteBook.Default) is { } origin) return (RemoteUrl.Parse(origin.Url, request.Directory), words);
        throw _book.NoSuch(project, words.Count > 0 && !RecordName.IsId(words[0]) ? words[0] : RemoteBook.Default);
    }

    private Task<FileLock> HoldStoreAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(_home.Locks);
        return FileLock.AcquireAsync(_home.StoreLock, _time, cancellation, shared: true);
    }
}
