namespace Glovebox.Architecture;

/// <summary>Folders of the domain mark features; which feature may use which.</summary>
public sealed class FeatureTests
{
    /// <summary>Ground that every feature stands on: where files are, how they are read and written, bytes by content, near words, names of secrets, conditions, and typed values.</summary>
    private static readonly string[] Ground = ["Home", "Files", "Blobs", "Spelling", "Masking", "Query", "Values"];

    [Fact]
    public void Execution_knows_no_other_feature() =>
        Offenders.None(Uses().Where(use => use.From == "Execution"));

    [Fact]
    public void The_ground_knows_no_feature() =>
        Offenders.None(Uses().Where(use => Ground.Contains(use.From) && !Ground.Contains(use.To)));

    [Fact]
    public void No_two_features_use_each_other_not_even_in_a_circle()
    {
        var edges = Uses().Select(use => (use.From, use.To)).Distinct().ToLookup(edge => edge.From, edge => edge.To);
        foreach (var start in edges.Select(group => group.Key))
        {
            var reached = new HashSet<string>();
            var open = new Stack<string>(edges[start]);
            while (open.TryPop(out var feature))
                if (reached.Add(feature))
                    foreach (var next in edges[feature]) open.Push(next);
            Assert.DoesNotContain(start, reached);
        }
    }

    /// <summary>Runs see Environments through its one seam; what stands behind it may change without them.</summary>
    [Fact]
    public void Runs_use_no_internals_of_other_features()
    {
        var internals = Repository.Code
            .Where(file => file.Under("src/Glovebox") && file.Feature is "Environments" or "Snapshots")
            .Where(file => file.Text.Contains($"internal sealed class {Name(file)}") || file.Text.Contains($"internal static class {Name(file)}"))
            .Select(Name).ToList();
        var offenders =
            from file in Repository.Code
            where file.Under("src/Glovebox") && file.Feature == "Runs"
            from name in internals
            where Words(file.Text).Contains(name)
            select $"{file}: {name}";
        Offenders.None(offenders);
    }

    private static string Name(SourceFile file) => Path.GetFileNameWithoutExtension(file.Path);

    private static HashSet<string> Words(string text) =>
        [.. text.Split([' ', '(', ')', '.', ',', ';', '<', '>', '\n', '\t', '[', ']', '{', '}', '!', '?'], StringSplitOptions.RemoveEmptyEntries)];

    private static IEnumerable<(string From, string To, string Path)> Uses()
    {
        var features = Repository.Code.Where(file => file.Under("src/Glovebox")).Select(file => file.Feature).OfType<string>().ToHashSet();
        return
            from file in Repository.Code
            where file.Under("src/Glovebox") && file.Feature is not null
            from used in DependencyTests.Usings(file)
            where used.StartsWith("Glovebox.", StringComparison.Ordinal) && used.Split('.')[1] != "Api"
            let to = used.Split('.')[1]
            where features.Contains(to) && to != file.Feature
            select (file.Feature!, to, file.Path);
    }
}
