namespace Glovebox.Bench;

/// <summary>Times of one thing, in milliseconds.</summary>
internal sealed class Figures(string name)
{
    private readonly List<double> _times = [];

    public string Name { get; } = name;

    public double Median => At(0.5);

    public void Add(TimeSpan time) => _times.Add(time.TotalMilliseconds);

    /// <summary>One line: the median, the spread, and the ratio to a floor.</summary>
    public void Print(Figures? floor, double? budget = null)
    {
        var ratio = floor is null ? "" : $"  {Median / floor.Median,6:0.00} x {floor.Name}";
        var verdict = floor is null || budget is null ? "" : Median / floor.Median <= budget ? $"  (budget {budget:0.00}: kept)" : $"  (budget {budget:0.00}: MISSED)";
        Console.WriteLine($"  {Name,-44} {Median,9:0.0} ms  [{At(0.1):0.0} … {At(0.9):0.0}], {_times.Count} times{ratio}{verdict}");
    }

    public double At(double part)
    {
        var sorted = _times.Order().ToList();
        return sorted[(int)Math.Min(sorted.Count - 1, part * sorted.Count)];
    }
}
