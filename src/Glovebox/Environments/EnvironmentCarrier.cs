using System.Text.Json;
using Glovebox.Api;
using Glovebox.Environments.Host;
using Glovebox.Environments.Locks;
using Glovebox.Files;
using Glovebox.Images;

namespace Glovebox.Environments;

/// <summary>Locks and lists of a host's packages as the bytes that their digests are of: for who carries them between homes.</summary>
public sealed class EnvironmentCarrier(EnvironmentStore environments)
{
    public string PathOfLock(Digest environment) => environments.PathOfLock(environment);

    public string PathOfPackages(Digest packages) => environments.PathOf(Path.Combine("hosts", packages.Hex + ".json"));

    /// <summary>What a lock leads to; null when it is not known here.</summary>
    public CarriedLock? Find(Digest environment)
    {
        if (environments.Get(environment) is not { } known) return null;
        Digest? packages = known.Steps is [{ Kind: HostEnvironment.Kind, Result: { } listed }] && File.Exists(PathOfPackages(listed)) ? listed : null;
        var host = known.Steps is [{ Kind: HostEnvironment.Kind }];
        var files = known.Steps.SelectMany(step => step.Files).Select(file => file.Content).OfType<Digest>().Distinct().ToList();
        return new CarriedLock(host, packages, host ? null : environments.BuiltInto(environment), files);
    }

    /// <summary>Keeps a lock that came from elsewhere.</summary>
    /// <exception cref="FormatException">The bytes are not that lock in its one form.</exception>
    public void PutLock(Digest environment, byte[] bytes)
    {
        using var document = Parse(bytes);
        if (!LockJson.Canonical(LockJson.Read(document.RootElement)).AsSpan().SequenceEqual(bytes) || Digest.Of(bytes) != environment)
            throw new FormatException("it is no lock in canonical form");
        Put(PathOfLock(environment), bytes);
    }

    /// <summary>Keeps a host's list of packages that came from elsewhere.</summary>
    /// <exception cref="FormatException">The bytes are not that list in its one form.</exception>
    public void PutPackages(Digest packages, byte[] bytes)
    {
        using var document = Parse(bytes);
        if (!LockJson.Canonical(Step(document.RootElement)).AsSpan().SequenceEqual(bytes) || Digest.Of(bytes) != packages)
            throw new FormatException("it is no list of packages in canonical form");
        Put(PathOfPackages(packages), bytes);
    }

    /// <summary>Notes what a lock was built into elsewhere, unless this home has built it itself.</summary>
    public void SetBuilt(Digest environment, Digest image)
    {
        if (environments.BuiltInto(environment) is null) environments.SetBuilt(environment, image);
    }

    private static LockedStep Step(JsonElement json)
    {
        try
        {
            return LockJson.ReadStep(json);
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or KeyNotFoundException or OverflowException or ArgumentException)
        {
            throw new FormatException(wrong.Message, wrong);
        }
    }

    private static JsonDocument Parse(byte[] bytes)
    {
        try
        {
            return JsonDocument.Parse(bytes);
        }
        catch (JsonException wrong)
        {
            throw new FormatException(wrong.Message, wrong);
        }
    }

    private static void Put(string path, byte[] bytes)
    {
        if (File.Exists(path)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, bytes, durable: true);
    }
}

/// <summary>What a lock leads to.</summary>
/// <param name="IsHost">It is a machine's own system, which cannot travel.</param>
/// <param name="Packages">Of a host: its list of packages, when it is here.</param>
/// <param name="Image">What it was built into here.</param>
/// <param name="Files">Blobs that building it again needs.</param>
public sealed record CarriedLock(bool IsHost, Digest? Packages, Digest? Image, IReadOnlyList<Digest> Files);
