namespace Glovebox.Functions.Prediction;

/// <summary>The calls of a function in the last 300 seconds, in slices of 10. No timer turns it: whoever asks says what time it is.</summary>
internal sealed class CallWindow
{
    public const int SliceSeconds = 10;
    private const int Slices = 30;

    private readonly int[] _calls = new int[Slices];
    private readonly int[] _peaks = new int[Slices];
    private long _slice;

    /// <param name="second">Of any clock that only goes forward.</param>
    /// <param name="present">Calls at once, with this one.</param>
    public void Add(long second, int present)
    {
        Turn(second);
        var at = (int)(_slice % Slices);
        _calls[at]++;
        _peaks[at] = Math.Max(_peaks[at], present);
    }

    /// <summary>How many calls there were, and how many of them at once at most.</summary>
    public (int Calls, int Peak) Look(long second)
    {
        Turn(second);
        return (_calls.Sum(), _peaks.Max());
    }

    private void Turn(long second)
    {
        var slice = second / SliceSeconds;
        for (var next = Math.Max(_slice + 1, slice - Slices + 1); next <= slice; next++) _calls[next % Slices] = _peaks[next % Slices] = 0;
        _slice = Math.Max(_slice, slice);
    }
}
