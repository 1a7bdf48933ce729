namespace Glovebox.Api.Environments;

/// <summary>Images by name, whatever made them.</summary>
public interface IImages
{
    Task<IReadOnlyList<ImageSummary>> ListAsync(CancellationToken cancellation);

    /// <summary>
    /// Takes in an OCI archive, the output of <c>docker save</c>, or a plain root file system tar (each may be gzipped). An archive with
    /// <c>..</c>, absolute paths or links that leave its root is refused whole; device nodes are left out.
    /// </summary>
    /// <param name="name">1 to 128 of [a-z0-9._/:-]; an existing name moves to the new image.</param>
    Task<ImageSummary> ImportAsync(string path, string name, IProgress<BuildProgress> progress, CancellationToken cancellation);

    /// <summary>Gives an image a name more; a name that another image has moves to this one.</summary>
    /// <param name="name">1 to 128 of [a-z0-9._/:-].</param>
    Task<ImageSummary> TagAsync(string nameOrDigest, string name, CancellationToken cancellation);

    /// <summary>Removes a name, or an image by digest. Refused while a run or a job needs the image, unless forced.</summary>
    Task RemoveAsync(string nameOrDigest, bool force, CancellationToken cancellation);
}
