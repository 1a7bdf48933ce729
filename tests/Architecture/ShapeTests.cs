using System.Text.RegularExpressions;

namespace Glovebox.Architecture;

/// <summary>Small files with one subject, and names that say what.</summary>
public sealed class ShapeTests
{
    private const int Most = 400;
    private const int Large = 250;

    [Fact]
    public void No_file_is_longer_than_400_lines() =>
        Offenders.None(Repository.Code.Where(file => file.Lines.Length > Most).Select(file => $"{file}: {file.Lines.Length}"));

    [Fact]
    public void At_most_one_file_in_ten_is_longer_than_250_lines()
    {
        var large = Repository.Code.Where(file => file.Lines.Length > Large).Select(file => $"{file}: {file.Lines.Length}").ToList();
        Assert.True(large.Count * 10 <= Repository.Code.Count(), string.Join('\n', large));
    }

    [Fact]
    public void No_name_says_nothing()
    {
        var vague = new Regex(@"\b(class|record|struct|interface|enum) \w*(Common|Utils?|Utilities|Helpers?|Managers?|Services?)\b", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10));
        var folder = new Regex("/(?:Common|Utils?|Utilities|Helpers?|Managers?|Services?)/", RegexOptions.None, TimeSpan.FromSeconds(10));
        Offenders.None(Repository.Code.Where(file => folder.IsMatch($"/{file.Path}") || (file.Under("src") && vague.IsMatch(file.Text))));
    }

    [Fact]
    public void Classes_are_sealed_static_or_abstract()
    {
        var open = new Regex(@"^ *(public |internal |private |file )*(partial )?class (?<name>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10));
        Offenders.None(Repository.Code.Where(file => file.Under("src")).SelectMany(file => open.Matches(file.Text).Select(match => $"{file}: {match.Groups["name"].Value}")));
    }

    [Fact]
    public void A_file_is_in_the_namespace_of_its_folder()
    {
        var offenders =
            from file in Repository.Code
            where file.Under("src")
            let line = file.Lines.FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))
            where line is not null
            let folders = Path.GetDirectoryName(file.Path)!.Split('/')[1..]
            where line != $"namespace {string.Join('.', folders)};"
            select $"{file}: {line}";
        Offenders.None(offenders);
    }
}
