using Glovebox.Functions.Pool;
using Glovebox.Functions.Prediction;

namespace Glovebox.Tests.Functions;

public sealed class PredictionTests
{
    [Fact]
    public void A_window_forgets_what_is_older_than_300_seconds()
    {
        var window = new CallWindow();
        window.Add(1000, 1);
        window.Add(1005, 3);
        window.Add(1200, 2);
        Assert.Equal((3, 3), window.Look(1290));
        Assert.Equal((1, 2), window.Look(1310));
        Assert.Equal((0, 0), window.Look(9000));
    }

    [Fact]
    public void While_there_is_room_each_gets_what_it_had_at_once() =>
        Assert.Equal([2, 0, 3], Shares.Assign([(10, 2), (0, 0), (1, 3)], 8));

    [Fact]
    public void Else_places_go_by_calls()
    {
        Assert.Equal([3, 1], Shares.Assign([(300, 8), (100, 8)], 4));
        Assert.Equal([1, 0], Shares.Assign([(300, 8), (100, 8)], 1));
        Assert.Equal([0, 0], Shares.Assign([(300, 8), (100, 8)], 0));
    }

    [Theory]
    [InlineData(0, 0, 0, 1, null, false, 0)]
    [InlineData(5, 0, 0, 1, null, false, 5)]
    [InlineData(5, 0, 3, 1, null, false, 2)]
    [InlineData(5, 0, 0, 4, null, false, 2)]
    [InlineData(5, 1, 0, 1, 0.001, false, 0)]
    [InlineData(5, 1, 0, 1, 0.001, true, 1)]
    [InlineData(5, 0, 0, 1, 0.001, false, 1)]
    [InlineData(5, 1, 0, 1, 10.0, false, 5)]
    [InlineData(5, 1, 5, 1, 10.0, false, 0)]
    public void Waiting_calls_are_worth_instances(int waiting, int ready, int starting, int concurrency, double? run, bool stalled, int needed) =>
        Assert.Equal(needed, Scaling.Needed(waiting, ready, starting, concurrency, run, 0.1, stalled));
}
