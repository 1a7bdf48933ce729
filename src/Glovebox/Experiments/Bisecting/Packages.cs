using Glovebox.Api.Experiments;
using Glovebox.Api.Runs;
using Glovebox.Environments;

namespace Glovebox.Experiments.Bisecting;

/// <summary>Of one guilty environment: which of its packages are to blame.</summary>
internal sealed class Packages(IEnvironmentMixtures mixtures)
{
    /// <param name="mixture">The good run with nothing of the bad one.</param>
    /// <param name="test">Runs a mixture and says <c>good</c>, <c>bad</c> or <c>skip</c>; packages that do not go together are skipped.</param>
    /// <returns>The environment as a whole where no mixture of the two can be made.</returns>
    public async Task<IReadOnlyList<BisectChange>> NarrowAsync(
        BisectChange environment, Run good, Run bad, RunRequest mixture, Func<RunRequest, IReadOnlyList<BisectChange>, Task<string>> test)
    {
        var (from, to) = (good.Environment.Digest, bad.Environment.Digest);
        BisectChange[] all = [.. mixtures.Changes(from, to).Select(change => new BisectChange(change.Kind, change.Name, change.Good, change.Bad))];
        if (all.Length < 2) return all.Length == 0 ? [environment] : all;
        var guilty = await DeltaDebugging.MinimizeAsync(
            all.Length,
            async chosen => await test(mixture with { RecordedEnvironment = mixtures.Mix(from, to, chosen) }, [.. chosen.Select(i => all[i])]) == "bad");
        return [.. guilty.Select(i => all[i])];
    }
}
