using Glovebox.Api.Environments;

namespace Glovebox.Cli.Output;

/// <summary>
/// Shows slow work on standard error. On a terminal one live line (what, how far, how long) that gives way to a line per finished step;
/// elsewhere a plain line when a step starts and one when it has finished.
/// </summary>
internal sealed class BuildDisplay : IProgress<BuildProgress>, IDisposable
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly Screen _screen;
    private readonly TimeProvider _clock;
    private readonly ITimer? _timer;
    private BuildProgress? _current;
    private long _since;

    public BuildDisplay(Screen screen, TimeProvider clock)
    {
        (_screen, _clock) = (screen, clock);
        if (screen.ErrorWidth is not null)
            _timer = clock.CreateTimer(_ => Draw(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Does slow work under a display, which is gone when it returns.</summary>
    public static async Task<T> ShowAsync<T>(CommandContext context, bool quiet, Func<IProgress<BuildProgress>, Task<T>> work)
    {
        if (quiet) return await work(new NoDisplay());
        using var display = new BuildDisplay(context.Screen, context.Clock);
        return await work(display);
    }

    public void Report(BuildProgress value)
    {
        lock (_gate)
        {
            var starts = _current?.Step != value.Step;
            if (starts) _since = _clock.GetTimestamp();
            if (value.Finished) Finish(value);
            else if (_timer is null && starts) Line($"{value.Step} …");
            else if (starts) _timer?.Change(TimeSpan.Zero, Refresh);
            _current = value.Finished ? null : value;
        }
    }

    private void Finish(BuildProgress step)
    {
        Erase();
        _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var elapsed = step.Elapsed ?? _clock.GetElapsedTime(_since);
        Line($"{step.Step}: done in {Units.Duration(elapsed.TotalSeconds)}");
    }

    private void Draw()
    {
        lock (_gate)
        {
            if (_current is not { } step) return;
            var text = $"{Printable.Line(step.Step)}{HowFar(step)}  {Units.Duration(Math.Floor(_clock.GetElapsedTime(_since).TotalSeconds))}";
            var room = (_screen.ErrorWidth ?? 80) - 1;
            if (text.Length > room) text = text[..room];
            _screen.Tell($"\r\e[K{_screen.ErrorStyle.Dim(text)}");
        }
    }

    private static string HowFar(BuildProgress step) =>
        step is { Done: { } done, Total: > 0 and { } total } ? $"  {100.0 * done / total:0} %" : "";

    private void Line(string text) => _screen.Tell($"{_screen.ErrorStyle.Dim("glovebox:")} {Printable.Line(text)}\n");

    private void Erase()
    {
        if (_timer is not null) _screen.Tell("\r\e[K");
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            if (_current is not null) Erase();
            _current = null;
        }
    }
}

/// <summary>For <c>--quiet</c>.</summary>
internal sealed class NoDisplay : IProgress<BuildProgress>
{
    public void Report(BuildProgress value)
    {
    }
}
