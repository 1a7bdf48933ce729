namespace Glovebox.Jobs.Placement;

/// <summary>Keeps work away from what failed several times in a row, and lets one trial through after a while.</summary>
internal sealed class Circuit(TimeProvider time, int failures, TimeSpan reset)
{
    private readonly Lock _changing = new();
    private int _failed;
    private long _openedAt;
    private bool _trying;

    /// <summary><c>closed</c>, <c>open</c> or <c>half-open</c>.</summary>
    public string State
    {
        get
        {
            lock (_changing) return !IsOpen ? "closed" : IsDue ? "half-open" : "open";
        }
    }

    /// <summary>Why it opened; null when all is well.</summary>
    public string? Error { get; private set; }

    private bool IsOpen => _failed >= failures;
    private bool IsDue => time.GetElapsedTime(_openedAt) >= reset;

    /// <summary>Whether to try now. Half open: true for one at a time.</summary>
    public bool TryEnter()
    {
        lock (_changing)
        {
            if (!IsOpen) return true;
            if (!IsDue || _trying) return false;
            _trying = true;
            return true;
        }
    }

    public void Succeeded()
    {
        lock (_changing) (_failed, _trying, Error) = (0, false, null);
    }

    public void Failed(string error)
    {
        lock (_changing)
        {
            (_failed, _trying, Error) = (_failed + 1, false, error);
            if (IsOpen) _openedAt = time.GetTimestamp();
        }
    }
}
