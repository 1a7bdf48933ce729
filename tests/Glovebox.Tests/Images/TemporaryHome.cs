using Glovebox.Files;
using Glovebox.Api.Environments;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Images.Layers;

namespace Glovebox.Tests.Images;

/// <summary>A home of its own with its image store.</summary>
internal sealed class TemporaryHome : IDisposable, IProgress<BuildProgress>
{
    public TemporaryHome()
    {
        Root = Directory.CreateTempSubdirectory("glovebox-images-").FullName;
        Home = new GloveboxHome(Path.Combine(Root, "home"));
        Images = new ImageStore(Home, new LayerStore(Home));
        Feature = new ImagesFeature(Home, Images, new Users(this), TimeProvider.System);
    }

    public string Root { get; }
    public GloveboxHome Home { get; }
    public ImageStore Images { get; }
    public LayerStore Layers => Images.Layers;
    public ImagesFeature Feature { get; }

    /// <summary>What needs every image.</summary>
    public List<string> Needers { get; } = [];

    /// <summary>What was about to go.</summary>
    public List<ImageLoss> Losses { get; } = [];

    public string PathOf(string name) => Path.Combine(Root, name);

    public Task<ImageSummary> ImportAsync(string path, string name = "test") =>
        Feature.ImportAsync(path, name, this, TestContext.Current.CancellationToken);

    public void Report(BuildProgress value)
    {
    }

    public void Dispose() => FolderRemoval.Remove(Root);

    private sealed class Users(TemporaryHome home) : IImageUsers
    {
        public Task<IReadOnlyList<string>> FindAsync(ImageLoss loss, CancellationToken cancellation)
        {
            home.Losses.Add(loss);
            return Task.FromResult<IReadOnlyList<string>>(home.Needers);
        }
    }
}
