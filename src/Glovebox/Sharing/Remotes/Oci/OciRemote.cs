using System.Net;
using System.Net.Http.Headers;
using Glovebox.Api;
using Glovebox.Blobs;

namespace Glovebox.Sharing.Remotes.Oci;

/// <summary>Remotes in a registry that speaks the OCI distribution specification 1.1. Without TLS only on loopback.</summary>
public sealed class OciRemotes : IRemoteKind
{
    /// <inheritdoc/>
    public string Scheme => "oci";

    /// <inheritdoc/>
    public IRemote Open(Uri url)
    {
        var name = url.AbsolutePath.Trim('/');
        if (url.Host.Length == 0 || name.Length == 0 || url.Query.Length > 0 || url.Fragment.Length > 0 || !IsRepository(name))
            throw RefusalException.Bad($"'{url}' names no repository of a registry: write oci://HOST[:PORT]/NAME, the name in a-z, 0-9, '.', '_', '-' and '/'");
        if (url.UserInfo.Length > 0)
            throw RefusalException.Bad("a password does not belong into a URL: log in with 'docker login' or 'podman login', whose file is read");
        return new OciRemote(new UriBuilder(url.IsLoopback ? "http" : "https", url.Host, url.Port).Uri, name);
    }

    private static bool IsRepository(string name) =>
        name.Split('/').All(part => part.Length > 0 && char.IsAsciiLetterOrDigit(part[0]) && part.All(letter =>
            char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '.' or '_' or '-'));
}

/// <summary>
/// A remote in one repository: objects are its blobs; a record is the configuration of a manifest, tagged KIND-ID, whose layers are what it holds.
/// </summary>
internal sealed class OciRemote : IRemote
{
    private readonly HttpClient _http;
    private readonly OciLogin _login;
    private readonly Uri _registry;
    private readonly string _repository;

    public OciRemote(Uri registry, string repository)
    {
        (_registry, _repository) = (registry, repository);
        // How long a transfer takes is the user's patience; a connection that dies is noticed.
        _http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(10), ConnectTimeout = TimeSpan.FromSeconds(20) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _login = new OciLogin(_http, registry.Authority, repository);
    }

    public string Name => $"oci://{_registry.Authority}/{_repository}";

    public int Lanes => 8;

    public async Task PrepareAsync(CancellationToken cancellation)
    {
        using var reply = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, new Uri(_registry, "/v2/")), cancellation);
        if (!reply.IsSuccessStatusCode) throw await RefuseAsync(reply, cancellation);
    }

    public async Task<IReadOnlySet<BlobId>> MissingAsync(IReadOnlyCollection<BlobId> ids, CancellationToken cancellation)
    {
        var missing = new System.Collections.Concurrent.ConcurrentBag<BlobId>();
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = Lanes, CancellationToken = cancellation }, async (id, stop) =>
        {
            if (!await HasAsync(id, stop)) missing.Add(id);
        });
        return missing.ToHashSet();
    }

    public async Task<Stream> OpenAsync(BlobId id, long from, CancellationToken cancellation)
    {
        var reply = await SendAsync(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, BlobUrl(id));
            if (from > 0) request.Headers.Range = new RangeHeaderValue(from, null);
            return request;
        }, cancellation);
        switch (reply.StatusCode)
        {
            case HttpStatusCode.PartialContent or HttpStatusCode.OK:
                var stream = await reply.Content.ReadAsStreamAsync(cancellation);
                if (reply.StatusCode == HttpStatusCode.OK && from > 0) await SkipAsync(stream, from, cancellation);
                return stream;
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                reply.Dispose();
                return Stream.Null;
            case HttpStatusCode.NotFound:
                reply.Dispose();
                throw new MissingPieceException(id);
            default:
                using (reply) throw await RefuseAsync(reply, cancellation);
        }
    }

    public async Task PutAsync(BlobId id, long size, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation)
    {
        var session = await OpenUploadAsync(cancellation);
        var place = new UriBuilder(session);
        place.Query = $"{place.Query.TrimStart('?')}{(place.Query.Length > 1 ? "&" : "")}digest={Uri.EscapeDataString("sha256:" + id.Hex)}";
        try
        {
            // Its body cannot be sent twice, so it is not repeated for a login: opening the upload has just used one.
            using var reply = await _login.SendOnceAsync(
                () => new HttpRequestMessage(HttpMethod.Put, place.Uri) { Content = new PieceContent(id, size, write, cancellation) }, cancellation);
            if (reply.StatusCode is not HttpStatusCode.Created) throw await RefuseAsync(reply, cancellation);
        }
        catch (HttpRequestException broken)
        {
            for (Exception? inner = broken; inner is not null; inner = inner.InnerException)
                if (inner is DamagedPieceException or BlobNotFoundException or RefusalException)
                    System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
            throw Unreachable(broken);
        }
    }

    public async Task<IReadOnlyList<string>> ListAsync(RecordKind kind, CancellationToken cancellation)
    {
        var front = RecordName.Word(kind) + "-";
        var ids = new List<string>();
        for (var page = new Uri(_registry, $"/v2/{_repository}/tags/list?n=1000"); page is not null;)
        {
            var at = page;
            using var reply = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, at), cancellation);
            // A repository that nothing was pushed to is none yet.
            if (reply.StatusCode == HttpStatusCode.NotFound) return ids;
            if (!reply.IsSuccessStatusCode) throw await RefuseAsync(reply, cancellation);
            var tags = OciDocuments.Tags(await reply.Content.ReadAsByteArrayAsync(cancellation));
            ids.AddRange(tags.Where(tag => tag.StartsWith(front, StringComparison.Ordinal)).Select(tag => tag[front.Length..]).Where(id => RecordName.IsId(id)));
            page = OciDocuments.NextPage(reply.Headers, at);
        }
        return ids;
    }

    public async Task<byte[]?> FindAsync(RecordName name, CancellationToken cancellation)
    {
        if (await ManifestAsync(TagOf(name), cancellation) is not { } manifest) return null;
        if (OciDocuments.FirstManifest(manifest) is { } first)
            manifest = await ManifestAsync(first, cancellation)
                ?? throw RefusalException.Unable($"{name} in {Name} is damaged: its manifest {first} is missing. Push it again");
        var (id, size) = OciDocuments.Config(manifest)
            ?? throw RefusalException.Unable($"{name} in {Name} is damaged: its manifest names no record. Push it again");
        await using var stream = await OpenAsync(id, 0, cancellation);
        using var bytes = new MemoryStream();
        using var check = new VerifyingStream(bytes, id, size);
        try
        {
            await stream.CopyToAsync(check, cancellation);
            check.Check();
        }
        catch (DamagedPieceException damaged)
        {
            throw RefusalException.Unable($"{name} in {Name} is damaged: {damaged.Message}. Push it again");
        }
        return bytes.ToArray();
    }

    public async Task PutAsync(RecordName name, byte[] bytes, IReadOnlyCollection<Held> holds, CancellationToken cancellation)
    {
        var record = new Held(new BlobId(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))), bytes.Length);
        if (!await HasAsync(record.Id, cancellation))
            await PutAsync(record.Id, record.Size, (stream, stop) => stream.WriteAsync(bytes, stop).AsTask(), cancellation);
        var manifests = OciDocuments.Manifests(name, record, holds);
        if (manifests.Count == 1)
        {
            await PutManifestAsync(TagOf(name), manifests[0], OciDocuments.ManifestType, cancellation);
            return;
        }
        foreach (var manifest in manifests) await PutManifestAsync(OciDocuments.DigestOf(manifest), manifest, OciDocuments.ManifestType, cancellation);
        await PutManifestAsync(TagOf(name), OciDocuments.Index(manifests), OciDocuments.IndexType, cancellation);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string TagOf(RecordName name) => $"{RecordName.Word(name.Kind)}-{name.Id}";

    private Uri BlobUrl(BlobId id) => new(_registry, $"/v2/{_repository}/blobs/sha256:{id.Hex}");

    private Uri ManifestUrl(string reference) => new(_registry, $"/v2/{_repository}/manifests/{reference}");

    private async Task<bool> HasAsync(BlobId id, CancellationToken cancellation)
    {
        using var reply = await SendAsync(() => new HttpRequestMessage(HttpMethod.Head, BlobUrl(id)), cancellation);
        if (reply.StatusCode == HttpStatusCode.NotFound) return false;
        return reply.IsSuccessStatusCode ? true : throw await RefuseAsync(reply, cancellation);
    }

    private async Task<Uri> OpenUploadAsync(CancellationToken cancellation)
    {
        var start = new Uri(_registry, $"/v2/{_repository}/blobs/uploads/");
        using var reply = await SendAsync(() => new HttpRequestMessage(HttpMethod.Post, start), cancellation);
        if (reply.StatusCode != HttpStatusCode.Accepted || reply.Headers.Location is not { } session) throw await RefuseAsync(reply, cancellation);
        return new Uri(start, session);
    }

    private async Task<byte[]?> ManifestAsync(string reference, CancellationToken cancellation)
    {
        using var reply = await SendAsync(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, ManifestUrl(reference));
            request.Headers.Accept.ParseAdd(OciDocuments.ManifestType);
            request.Headers.Accept.ParseAdd(OciDocuments.IndexType);
            return request;
        }, cancellation);
        if (reply.StatusCode == HttpStatusCode.NotFound) return null;
        return reply.IsSuccessStatusCode ? await reply.Content.ReadAsByteArrayAsync(cancellation) : throw await RefuseAsync(reply, cancellation);
    }

    private async Task PutManifestAsync(string reference, byte[] bytes, string type, CancellationToken cancellation)
    {
        using var reply = await SendAsync(() => new HttpRequestMessage(HttpMethod.Put, ManifestUrl(reference))
        {
            Content = new ByteArrayContent(bytes) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } },
        }, cancellation);
        if (reply.StatusCode != HttpStatusCode.Created) throw await RefuseAsync(reply, cancellation);
    }

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request, CancellationToken cancellation)
    {
        try
        {
            return await _login.SendAsync(request, cancellation);
        }
        catch (HttpRequestException broken)
        {
            throw Unreachable(broken);
        }
    }

    private static async Task SkipAsync(Stream stream, long count, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        while (count > 0 && await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(count, buffer.Length)), cancellation) is var read and > 0) count -= read;
    }

    private RefusalException Unreachable(HttpRequestException broken) =>
        RefusalException.Unable($"registry {_registry.Authority} cannot be reached, or broke off: {broken.Message}. Do it again: what arrived is kept");

    private async Task<RefusalException> RefuseAsync(HttpResponseMessage reply, CancellationToken cancellation)
    {
        var said = OciDocuments.Errors(await reply.Content.ReadAsByteArrayAsync(cancellation));
        var text = $"{Name}: the registry answers {(int)reply.StatusCode}{(said.Length > 0 ? $" ({said})" : "")}";
        return reply.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? RefusalException.Unable($"{text}: log in with 'docker login {_registry.Authority}' or 'podman login {_registry.Authority}'")
            : RefusalException.Unable(text);
    }
}
