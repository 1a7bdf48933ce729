using System.Collections.Concurrent;
using Glovebox.Api;
using Glovebox.Api.Storage;
using Glovebox.Environments;
using Glovebox.Files;
using Glovebox.Images;
using Glovebox.Images.Layers;

namespace Glovebox.Verification;

/// <summary>Reads images, their layers and the locks of environments against their digests.</summary>
internal sealed class ImageChecks(ImageStore images, EnvironmentStore environments)
{
    private readonly ConcurrentDictionary<string, DamagedObject> _found = new(StringComparer.Ordinal);

    public int Objects { get; private set; }

    public long Bytes { get; private set; }

    public IReadOnlyCollection<DamagedObject> Run(CancellationToken cancellation)
    {
        var users = new Dictionary<Digest, List<string>>();
        var names = images.ListNames().ToLookup(named => named.Image, named => named.Name);
        foreach (var image in images.List().ToList())
        {
            Objects++;
            var user = $"image {names[image].FirstOrDefault() ?? image.Hex[..12]}";
            IReadOnlyList<Digest> layers = [];
            IsWhole(image.Hex, images.PathOf(image), [], () => layers = images.Get(image).Layers);
            foreach (var layer in layers)
            {
                if (!users.TryGetValue(layer, out var list)) users[layer] = list = [];
                list.Add(user);
            }
        }

        foreach (var environment in environments.ListLocks().ToList())
        {
            Objects++;
            IsWhole(environment.Hex, environments.PathOfLock(environment), [], () => environments.Get(environment));
        }

        CheckLayers(users, cancellation);
        return [.. _found.Values];
    }

    private void CheckLayers(Dictionary<Digest, List<string>> users, CancellationToken cancellation)
    {
        var there = images.Layers.List().ToHashSet();
        Objects += there.Count;
        var bytes = 0L;
        new Workers<Digest>((layer, _) =>
        {
            var whole = IsWhole(layer.Hex, images.Layers.FsOf(layer), users.GetValueOrDefault(layer) ?? [], () =>
                LayerTar.Write(images.Layers, layer, Stream.Null, static _ => { }, cancellation));
            if (whole) Interlocked.Add(ref bytes, images.Layers.SizeOf(layer));
        }, cancellation).Run([.. there]);
        Bytes = bytes;
        foreach (var (layer, needed) in users.Where(one => !there.Contains(one.Key)))
            _found[layer.Hex] = new DamagedObject(layer.Hex, VerificationFeature.Missing, images.Layers.FsOf(layer), needed);
    }

    private bool IsWhole(string hex, string path, IReadOnlyList<string> users, Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (RefusalException damaged)
        {
            _found[hex] = new DamagedObject(hex, VerificationFeature.Damaged, path, users) { Reason = damaged.Message };
            return false;
        }
    }
}
