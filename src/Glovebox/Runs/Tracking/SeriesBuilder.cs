using Glovebox.Api.Runs;

namespace Glovebox.Runs.Tracking;

/// <summary>Gathers one metric's values. Beyond a bound every second one is dropped, again and again, so that a curve keeps its shape.</summary>
internal sealed class SeriesBuilder
{
    public const int Most = 50_000;

    private readonly List<MetricPoint> _points = [];
    private long _count;
    private long _stride = 1;
    private MetricPoint _last;

    public void Add(double? step, long time, double value)
    {
        _last = new MetricPoint(step ?? _count, time, value);
        if (_count++ % _stride != 0) return;
        _points.Add(_last);
        if (_points.Count < Most) return;
        for (var i = 0; 2 * i < _points.Count; i++) _points[i] = _points[2 * i];
        _points.RemoveRange((_points.Count + 1) / 2, _points.Count / 2);
        _stride *= 2;
    }

    public MetricSeries Build(string name) =>
        new(name, _points.Count > 0 && !_points[^1].Equals(_last) ? [.. _points, _last] : [.. _points]);
}
