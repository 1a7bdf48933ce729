using Glovebox.Api.Environments;
using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Runs;
using Glovebox.Sharing.Arrivals;
using Glovebox.Sharing.Packing;
using Glovebox.Sharing.Remotes;
using Glovebox.Snapshots;
using Glovebox.Snapshots.Records;

namespace Glovebox.Sharing;

/// <summary>This home as one end of a transfer.</summary>
internal sealed class HomeSide(
    GloveboxHome home, IRunStore runs, ISnapshotStore snapshots, IBlobStore blobs, ITrees trees, ImageStore images,
    EnvironmentCarrier environments, TimeProvider time)
{
    public IRunStore Runs => runs;
    public ISnapshotStore Snapshots => snapshots;
    public IBlobStore Blobs => blobs;
    public ITrees Trees => trees;
    public ImageStore Images => images;
    public HomePieces Pieces { get; } = new(home, blobs, images, environments);

    public Packer Packer => new(home, blobs, trees, images, environments, Pieces);

    public bool IsImage(string word) => images.Find(word) is not null;

    /// <summary>Whether a word names a run, a snapshot or an image of this home.</summary>
    public async Task<bool> KnowsAsync(string word, CancellationToken cancellation) =>
        IsImage(word) || (RecordName.IsId(word) && (await runs.FindAsync(word, 1, cancellation)).Count > 0)
        || (await snapshots.FindAsync(word, 1, cancellation)).Count > 0;

    public Arrival ArrivalFrom(IPieceSource source, IProgress<BuildProgress> progress)
    {
        var fetcher = new Fetcher(home, source, time);
        var receiver = new Receiver(home, blobs, images, environments, fetcher);
        return new Arrival(runs, snapshots, trees, images, environments, Pieces, receiver, fetcher, source, progress);
    }
}
