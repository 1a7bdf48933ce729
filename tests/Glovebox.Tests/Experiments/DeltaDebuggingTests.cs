using Glovebox.Experiments.Bisecting;

namespace Glovebox.Tests.Experiments;

public sealed class DeltaDebuggingTests
{
    /// <summary>Bad when all guilty changes are in: the answer is exactly those.</summary>
    [Fact]
    public async Task The_guilty_changes_are_found_and_no_others()
    {
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            var count = random.Next(1, 41);
            var guilty = Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(count)).Distinct().Order().ToArray();

            var found = await DeltaDebugging.MinimizeAsync(count, set => Task.FromResult(Array.TrueForAll(guilty, set.Contains)));

            Assert.Equal(guilty, found);
        }
    }

    /// <summary>Any of several sets is bad (monotone): what is found is bad, and nothing of it can be left out.</summary>
    [Fact]
    public async Task What_is_found_is_bad_and_minimal()
    {
        var random = new Random(6);
        for (var round = 0; round < 300; round++)
        {
            var count = random.Next(1, 26);
            var sets = Enumerable.Range(0, random.Next(1, 5)).Select(_ => Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(count)).ToHashSet()).ToList();
            bool IsBad(IEnumerable<int> set) => sets.Exists(cause => cause.IsSubsetOf(set));

            var found = await DeltaDebugging.MinimizeAsync(count, set => Task.FromResult(IsBad(set)));

            Assert.True(IsBad(found));
            Assert.DoesNotContain(found, left => IsBad(found.Where(i => i != left)));
        }
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
