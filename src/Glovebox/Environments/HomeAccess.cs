using Glovebox.Api;
using Glovebox.Files;

namespace Glovebox.Environments;

/// <summary>What a full disk or a home that cannot be written to means for the user.</summary>
internal static class HomeAccess
{
    private const int NoSpace = 28;

    /// <param name="what">What was being done, for the message.</param>
    public static async Task<T> OrRefuseAsync<T>(string what, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var isFull = failure is FileException { IsFull: true } || (failure.HResult & 0xFFFF) == NoSpace;
            throw RefusalException.Unable(isFull
                ? $"{what}: no space left ({failure.Message}). Free some (glovebox gc), or set GLOVEBOX_HOME to a larger disk"
                : $"{what}: {failure.Message}. Make it readable and writable, or set GLOVEBOX_HOME to a place that is");
        }
    }
}
