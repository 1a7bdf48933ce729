using Glovebox.Api;
using Glovebox.Files;
using Glovebox.Home;

namespace Glovebox.Functions.Bundles;

/// <summary>Code by its digest: <c>functions/code/HEX</c>. A folder appears whole, by one rename, and is never changed.</summary>
internal sealed class BundleStore(GloveboxHome home)
{
    /// <summary>The largest bundle as it is sent.</summary>
    public const long LargestPacked = 256L << 20;

    public static string RootOf(GloveboxHome home) => Path.Combine(home.Functions, "code");

    public string FolderOf(string digest) => Path.Combine(RootOf(home), digest);

    /// <summary>Takes a bundle in.</summary>
    /// <exception cref="RefusalException">It is broken, hostile or too large: nothing of it stays.</exception>
    public async Task<Bundle> AddAsync(Stream sent, string file, CancellationToken cancellation)
    {
        using var draft = FunctionDraft.Create(home);
        await using var packed = File.Create(Path.Combine(draft.Path, "packed"));
        await CopyAsync(sent, packed, file, cancellation);
        packed.Position = 0;
        var unpacked = draft.MakeDirectory("code");
        Unpacking.Unpack(packed, file, unpacked, cancellation);
        unpacked = WithoutWrapping(unpacked);
        var (digest, files, bytes) = BundleDigest.Of(unpacked);
        if (files == 0) throw RefusalException.Bad($"{file}: there is no file in it");
        var place = FolderOf(digest);
        if (!Directory.Exists(place))
        {
            Directory.CreateDirectory(RootOf(home));
            FunctionDraft.Publish(unpacked, place);
        }

        return new Bundle(digest, place, files, bytes);
    }

    /// <summary>Archives often hold one folder with everything in it; the code is what is inside. (A package of Python is code itself.)</summary>
    private static string WithoutWrapping(string folder)
    {
        while (new DirectoryInfo(folder).GetFileSystemInfos() is [DirectoryInfo { LinkTarget: null } only] && !File.Exists(Path.Combine(only.FullName, "__init__.py")))
            folder = only.FullName;
        return folder;
    }

    private static async Task CopyAsync(Stream sent, FileStream packed, string file, CancellationToken cancellation)
    {
        var buffer = new byte[128 * 1024];
        int read;
        while ((read = await sent.ReadAsync(buffer, cancellation)) > 0)
        {
            if (packed.Length + read > LargestPacked)
                throw RefusalException.Bad($"{file}: larger than {LargestPacked >> 20} MiB. Deploy the code alone; put data into an image");
            await packed.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }

        if (packed.Length == 0) throw RefusalException.Bad($"{file}: it is empty");
    }
}
