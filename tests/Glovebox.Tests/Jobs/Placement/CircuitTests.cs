using Glovebox.Jobs.Placement;

namespace Glovebox.Tests.Jobs.Placement;

public sealed class CircuitTests
{
    private readonly FakeClock _time = new();
    private readonly Circuit _circuit;

    public CircuitTests() => _circuit = new Circuit(_time, failures: 2, TimeSpan.FromSeconds(30));

    [Fact]
    public void It_opens_after_failures_in_a_row()
    {
        _circuit.Failed("a");
        _circuit.Succeeded();
        _circuit.Failed("b");
        Assert.Equal("closed", _circuit.State);
        Assert.True(_circuit.TryEnter());
        _circuit.Failed("c");
        Assert.Equal("open", _circuit.State);
        Assert.False(_circuit.TryEnter());
        Assert.Equal("c", _circuit.Error);
    }

    [Fact]
    public void After_a_while_one_trial_decides()
    {
        Open();
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("half-open", _circuit.State);
        Assert.True(_circuit.TryEnter());
        Assert.False(_circuit.TryEnter());
        _circuit.Failed("again");
        Assert.Equal("open", _circuit.State);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(_circuit.TryEnter());
        _circuit.Succeeded();
        Assert.Equal("closed", _circuit.State);
        Assert.Null(_circuit.Error);
    }

    private void Open()
    {
        _circuit.Failed("1");
        _circuit.Failed("2");
    }
}
