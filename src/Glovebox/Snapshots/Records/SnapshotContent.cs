using System.Text;
using System.Text.Json.Nodes;

namespace Glovebox.Snapshots.Records;

/// <summary>
/// What a snapshot is: the text whose SHA-256 is its id, and which is kept as a blob of that name. Each line ends with a newline; what there
/// is none of is '-'.
/// <code>
/// glovebox-snapshot 1
/// tree DIGEST
/// environment sha256:DIGEST
/// files DIGEST
/// config {"lr":0.1}
/// </code>
/// The digests of tree and files are those of their manifests; the config is in <see cref="CanonicalJson"/>.
/// </summary>
/// <param name="Tree">The project's tree.</param>
/// <param name="Environment">The digest of the environment's lock, or null.</param>
/// <param name="Files">A tree of files beside the project's, each below its name, or null.</param>
internal sealed record SnapshotContent(Tree Tree, string? Environment, Tree? Files, JsonObject Config)
{
    private const string None = "-";

    public byte[] Text() =>
    [
        .. Encoding.ASCII.GetBytes($"glovebox-snapshot 1\ntree {Tree.Id}\nenvironment {Environment ?? None}\nfiles {Files?.Id.Hex ?? None}\nconfig "),
        .. CanonicalJson.Write(Config), (byte)'\n',
    ];
}
