using FsCheck.Xunit;
using Glovebox.Experiments.Bisecting;

namespace Glovebox.Tests.Experiments;

public sealed class DeltaDebuggingTests
{
    /// <summary>Bad when all guilty changes are in: the answer is exactly those.</summary>
    [Property(MaxTest = 300)]
    public async Task The_guilty_changes_are_found_and_no_others(FsCheck.PositiveInt size, int[] chosen)
    {
        var count = Math.Min(size.Get, 40);
        var guilty = chosen.Select(i => (int)((uint)i % count)).Append(0).Distinct().Order().ToArray();

        var found = await DeltaDebugging.MinimizeAsync(count, set => Task.FromResult(guilty.All(set.Contains)));

        Assert.Equal(guilty, found);
    }

    /// <summary>Any of several sets is bad (monotone): what is found is bad, and nothing of it can be left out.</summary>
    [Property(MaxTest = 300)]
    public async Task What_is_found_is_bad_and_minimal(FsCheck.PositiveInt size, int[][] causes)
    {
        var count = Math.Min(size.Get, 25);
        var sets = causes.Select(cause => cause.Select(i => (int)((uint)i % count)).ToHashSet()).Where(set => set.Count > 0)
            .Append([.. Enumerable.Range(0, count)]).ToList();
        bool IsBad(IEnumerable<int> set) => sets.Exists(cause => cause.IsSubsetOf(set));

        var found = await DeltaDebugging.MinimizeAsync(count, set => Task.FromResult(IsBad(set)));

        Assert.True(IsBad(found));
        Assert.DoesNotContain(found, left => IsBad(found.Where(i => i != left)));
    }

    [Fact]
    public async Task One_guilty_change_of_a_thousand_takes_few_tests_and_none_twice()
    {
        var asked = new List<string>();

        var found = await DeltaDebugging.MinimizeAsync(1000, set =>
        {
            asked.Add(string.Join(',', set));
            return Task.FromResult(set.Contains(777));
        });

        Assert.Equal([777], found);
        Assert.InRange(asked.Count, 1, 20);
        Assert.Equal(asked.Count, asked.Distinct().Count());
    }
}
