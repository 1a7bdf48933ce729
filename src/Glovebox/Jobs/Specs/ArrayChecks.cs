using Glovebox.Api.Jobs;

namespace Glovebox.Jobs.Specs;

/// <summary>Arrays: a range or a batch, of a size that one submit can carry.</summary>
internal static class ArrayChecks
{
    private const int Most = 100_000;

    public static void Check(JobSpec spec, FieldRules rules)
    {
        if (spec.Array is not { } array) return;
        if (array.Batch is { } batch)
        {
            rules.That(array.From is null && array.To is null, "array.batch", "not together with from and to");
            CheckBatch(batch, rules);
        }
        else
        {
            rules.That(array.From is not null, "array.from", "missing. Give from and to, or a batch");
            rules.That(array.To is not null, "array.to", "missing. Give from and to, or a batch");
            rules.That(array.From >= 0, "array.from", $"{array.From} is less than 0");
            rules.That(array.From <= array.To, "array.to", $"{array.To} is less than from, {array.From}");
            rules.That(array.To - array.From < Most, "array.to", $"more than {Most} executions");
        }

        rules.AtLeast("array.parallelism", array.Parallelism, 1);
    }

    private static void CheckBatch(IReadOnlyList<ArrayParameter> batch, FieldRules rules)
    {
        rules.That(batch.Count > 0, "array.batch", "empty. Give values by name");
        var names = new HashSet<string>(StringComparer.Ordinal);
        var count = 1L;
        foreach (var (name, values) in batch)
        {
            var path = $"array.batch.{FieldRules.Cut(name)}";
            rules.That(name.Length is > 0 and <= 100 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'), path,
                "not a name: 1 to 100 letters, digits, '_' or '-'");
            rules.That(name != "index", path, "'index' is the position's own name. Use another");
            rules.That(names.Add(name), path, "given twice");
            rules.That(values.Count > 0, path, "no values");
            count *= values.Count;
            rules.That(count <= Most, "array.batch", $"more than {Most} executions");
            for (var i = 0; i < values.Count; i++) rules.Clean($"{path}[{i}]", values[i]);
        }
    }
}
