namespace Glovebox.Execution;

/// <summary>Whom the command runs as, by number.</summary>
public sealed record BoxUser(int Uid, int Gid)
{
    public static readonly BoxUser Root = new(0, 0);
}
