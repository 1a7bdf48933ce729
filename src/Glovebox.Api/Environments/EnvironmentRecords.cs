using System.Text.Json.Serialization;
using Glovebox.Api.Times;

namespace Glovebox.Api.Environments;

/// <summary>An environment as a user sees it in a list.</summary>
/// <param name="Name">Its name in the project, or <c>host</c>, or the name of an imported image.</param>
/// <param name="Base">The base as the user wrote it.</param>
/// <param name="Digest">The lock's digest, <c>sha256:…</c>; null while it is not resolved.</param>
/// <param name="Image">The image's digest, <c>sha256:…</c>; null while it is not built.</param>
/// <param name="SizeBytes">Bytes of the image's layers on disk; null while it is not built.</param>
/// <param name="Source">Where the spec came from: <c>glovebox.yaml</c>, <c>requirements.txt</c>, <c>built-in</c>, …</param>
public sealed record EnvironmentSummary(string Name, string Base, string? Digest, string? Image, long? SizeBytes, string Source);

/// <summary>One environment with what it resolves to.</summary>
public sealed record EnvironmentDetails(
    EnvironmentSummary Summary, IReadOnlyDictionary<string, string> Variables, string WorkingDirectory, string? User,
    IReadOnlyList<LockedPackage> Packages, IReadOnlyList<LayerSummary> Layers);

/// <summary>A package with exact version and content.</summary>
/// <param name="Distribution"><c>debian</c>, <c>pypi</c>, <c>npm</c>.</param>
/// <param name="Digest"><c>sha256:HEX</c> (or <c>sha512:HEX</c> where the registry has no other); null where the machine does not know it (packages of the host).</param>
/// <param name="Architecture">Debian's word for it; null where there is none.</param>
public sealed record LockedPackage(string Distribution, string Name, string Version, string? Architecture, string? Digest);

/// <summary>One layer of an image: what made it, and how large it is.</summary>
public sealed record LayerSummary(string Digest, string Step, long SizeBytes);

/// <summary>An image in the store.</summary>
/// <param name="Digest">The SHA-256 of its OCI configuration, <c>sha256:…</c>.</param>
/// <param name="Names">Names given by import; empty for an image that an environment was built into.</param>
public sealed record ImageSummary(string Digest, IReadOnlyList<string> Names, long SizeBytes, [property: JsonConverter(typeof(UtcTimeConverter))] DateTimeOffset CreatedAt, int Layers);

/// <summary>What a slow piece of work tells whoever waits for it.</summary>
/// <param name="Step">What is being done, for a person: <c>apt: python3-sklearn</c>.</param>
/// <param name="Done">How much of <paramref name="Total"/> is done; null where that is not known.</param>
/// <param name="Total">In the unit of <paramref name="Done"/>.</param>
/// <param name="Finished">The step has ended; <paramref name="Elapsed"/> says how long it took.</param>
public sealed record BuildProgress(string Step, long? Done = null, long? Total = null, bool Finished = false, TimeSpan? Elapsed = null);
