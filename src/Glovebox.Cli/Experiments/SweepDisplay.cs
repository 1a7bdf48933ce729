using Glovebox.Api.Experiments;
using Glovebox.Cli.Output;
using Glovebox.Cli.Runs;

namespace Glovebox.Cli.Experiments;

/// <summary>A line on standard error for each point that has ended, and on a terminal one below them that says what runs.</summary>
internal sealed class SweepDisplay(Screen screen, bool quiet) : IProgress<SweepProgress>, IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<string> _running = [];
    private bool _live;

    public void Report(SweepProgress value)
    {
        if (quiet) return;
        lock (_gate)
        {
            var (style, point) = (screen.ErrorStyle, Printable.Line(string.Join(' ', value.Params)));
            Erase();
            if (value.Run is null) _running.Add(point);
            else
            {
                _running.Remove(point);
                var metrics = RunTable.Brief(value.Run.Metrics);
                var line = $"[{value.Done}/{value.Total}] {point}  {RunSummary.Outcome(value.Run, style)}";
                if (value.Run.DurationSeconds is { } seconds) line += $" in {Units.Duration(seconds)}";
                screen.Tell($"{style.Dim("glovebox:")} {line}  {value.Run.Id}{(metrics.Length > 0 ? $"  {Printable.Line(metrics)}" : "")}\n");
            }

            Draw(value);
        }
    }

    private void Draw(SweepProgress value)
    {
        if (screen.ErrorWidth is not { } width || _running.Count == 0) return;
        var text = $"{value.Done} of {value.Total} done, {value.Failed} failed; running {string.Join("; ", _running)}";
        screen.Tell(screen.ErrorStyle.Dim(text.Length < width ? text : text[..(width - 1)]));
        _live = true;
    }

    private void Erase()
    {
        if (_live) screen.Tell("\r\e[K");
        _live = false;
    }

    public void Dispose()
    {
        lock (_gate) Erase();
    }
}
