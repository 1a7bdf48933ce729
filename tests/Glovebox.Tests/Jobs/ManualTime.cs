namespace Glovebox.Tests.Jobs;

/// <summary>A clock that a test turns.</summary>
internal sealed class ManualTime : TimeProvider
{
    private TimeSpan _passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Pass(TimeSpan time) => _passed += time;

    public override long GetTimestamp() => _passed.Ticks;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) + _passed;
}
