using System.Security.Cryptography;
using Glovebox.Api;
using Glovebox.Api.Runs;
using Glovebox.Spelling;

namespace Glovebox.Runs;

/// <summary>Ids of runs: made at random, named by any unique part.</summary>
internal static class RunIds
{
    private const int Digits = 12;

    public static string New() => RandomNumberGenerator.GetHexString(Digits, lowercase: true);

    /// <exception cref="RefusalException">Too short, unknown, or not unique.</exception>
    public static async Task<Run> FindAsync(IRunStore store, string part, CancellationToken cancellation)
    {
        var found = await store.FindAsync(IdPart.Check("run", part), IdPart.Enough, cancellation);
        return IdPart.One("run", part, found, run => run.Id, "'glovebox runs ls' lists them");
    }
}
