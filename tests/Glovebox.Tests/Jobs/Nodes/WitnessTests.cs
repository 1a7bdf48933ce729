using Glovebox.Jobs.Nodes;
using Glovebox.Jobs.Stores;

namespace Glovebox.Tests.Jobs.Nodes;

public sealed class WitnessTests
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly FakeClock _time = new();
    private readonly Witness _witness;

    public WitnessTests() => _witness = new Witness(Beat, _time);

    [Fact]
    public void Who_is_silent_for_three_beats_is_dead()
    {
        Assert.Empty(Look(1));
        Assert.Empty(LookAfter(Beat, 1));
        Assert.Empty(LookAfter(Beat, 1));
        Assert.Equal(["other"], LookAfter(Beat, 1));
    }

    [Fact]
    public void Who_beats_now_and_then_lives()
    {
        Look(1);
        for (var beats = 1; beats < 20; beats++)
        {
            Assert.Empty(LookAfter(Beat, beats));
            Assert.Empty(LookAfter(Beat, beats));
        }
    }

    [Fact]
    public void Who_could_not_look_judges_nobody()
    {
        Look(1);
        LookAfter(Beat, 1);
        _witness.Interrupt();
        Assert.Empty(LookAfter(Beat, 1));
        Assert.Empty(LookAfter(Beat, 1));
        Assert.Empty(LookAfter(Beat, 1));
        Assert.Equal(["other"], LookAfter(Beat, 1));
    }

    [Fact]
    public void Who_was_stopped_itself_judges_nobody()
    {
        Look(1);
        Assert.Empty(LookAfter(10 * Beat, 1));
        Assert.Empty(LookAfter(Beat, 1));
    }

    private IReadOnlySet<string> LookAfter(TimeSpan wait, long beats)
    {
        _time.Advance(wait);
        return Look(beats);
    }

    private IReadOnlySet<string> Look(long beats) =>
        _witness.Look([new NodeBeat(new Node("other", "elsewhere", null, 1), beats, false, 0, DateTimeOffset.UnixEpoch)]);
}
