namespace Glovebox.Blobs;

/// <summary>The SHA-256 of a blob's bytes, as 64 lower-case hexadecimal digits.</summary>
public readonly record struct BlobId(string Hex)
{
    public override string ToString() => Hex;
}
