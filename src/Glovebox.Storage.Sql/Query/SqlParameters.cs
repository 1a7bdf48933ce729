namespace Glovebox.Storage.Sql.Query;

/// <summary>Values of a statement that is written piece by piece.</summary>
public sealed class SqlParameters
{
    private readonly List<(string Name, object? Value)> _values = [];

    public (string Name, object? Value)[] Values => [.. _values];

    /// <returns>What stands for the value in the text.</returns>
    public string Add(object? value)
    {
        var name = $"p{_values.Count}";
        _values.Add((name, value));
        return "@" + name;
    }
}
