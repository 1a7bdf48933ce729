namespace Glovebox.Server.Http;

/// <summary>Parameters that several routes share.</summary>
internal static class Parameters
{
    public static readonly Parameter Task = new("task", "string", "only of this task");
    public static readonly Parameter Cursor = new("cursor", "string", "'next' of the page before");
    public static readonly Parameter Limit = new("limit", "integer", "at most so many, 1 to 1000 (default 50)");
    public static readonly Parameter Stream = new("stream", "string", "stdout, stderr or both (default)");
    public static readonly Parameter Redirect = new("redirect", "boolean", "when another node has it: 307 to that one, instead of passing it on");
    public static readonly Parameter Position = new("position", "integer", "where to begin: 0, or a position that an earlier answer gave");
}
