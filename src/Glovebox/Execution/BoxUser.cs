namespace Glovebox.Execution;

/// <summary>Whom the command runs as, by number.</summary>
public sealed record BoxUser(int Uid, int Gid)
{
    public static readonly BoxUser Root = new(0, 0);

    /// <summary>Whoever the image names; only with a <see cref="NamedImage"/>.</summary>
    public static readonly BoxUser OfImage = new(-1, -1);
}
