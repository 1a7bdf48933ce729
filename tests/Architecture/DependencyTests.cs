namespace Glovebox.Architecture;

/// <summary>Projects mark dependency walls (docs/architecture.md).</summary>
public sealed class DependencyTests
{
    private static readonly string[] Cli = ["src/Glovebox.Cli/Composition/"];

    [Fact]
    public void The_api_references_nothing()
    {
        Offenders.None(Repository.References("src/Glovebox.Api/Glovebox.Api.csproj"));
        Offenders.None(Repository.Packages("src/Glovebox.Api/Glovebox.Api.csproj"));
    }

    [Fact]
    public void The_domain_references_the_api_alone() =>
        Assert.Equal(["Glovebox.Api"], Repository.References("src/Glovebox/Glovebox.csproj"));

    [Fact]
    public void Backends_stores_and_distributions_reference_the_domain_and_the_system_calls_alone()
    {
        var outer = Repository.Projects("src/").Where(path => path.Contains("Backends.") || path.Contains("Remotes.") || path.Contains("Storage.") || path.Contains("Distributions")).ToList();
        Assert.NotEmpty(outer);
        Assert.All(outer, project => Assert.Contains("Glovebox", Repository.References(project)));
        Assert.All(outer, project => Offenders.None(Repository.References(project).Except(["Glovebox", "Glovebox.Linux", "Glovebox.Storage.Sql"])));
        // What the SQL stores have in common, which is below both.
        Assert.Equal(["Glovebox"], Repository.References("src/Glovebox.Storage.Sql/Glovebox.Storage.Sql.csproj"));
        Assert.Equal(["Glovebox"], Repository.References("src/Glovebox.Linux/Glovebox.Linux.csproj"));
    }

    [Fact]
    public void Only_the_composition_root_names_concrete_backends_and_stores()
    {
        string[] concrete = ["Glovebox.Backends.", "Glovebox.Remotes.", "Glovebox.Storage.", "Glovebox.Distributions", "Glovebox.Server"];
        var offenders = Repository.Code
            .Where(file => file.Under("src/Glovebox.Cli") && !Cli.Any(path => file.Path.StartsWith(path, StringComparison.Ordinal)))
            .Where(file => concrete.Any(name => file.Text.Contains(name)));
        Offenders.None(offenders);
    }

    [Fact]
    public void Verbs_speak_to_interfaces_and_not_to_the_domain()
    {
        string[] allowed = ["Home"];
        var offenders =
            from file in Repository.Code
            where file.Under("src/Glovebox.Cli") && !Cli.Any(path => file.Path.StartsWith(path, StringComparison.Ordinal))
            from used in Usings(file)
            where used.StartsWith("Glovebox.", StringComparison.Ordinal) && used.Split('.')[1] is not ("Api" or "Cli") && !allowed.Contains(used.Split('.')[1])
            select $"{file}: {used}";
        Offenders.None(offenders);
    }

    [Theory]
    [InlineData("System.Diagnostics.Process")]
    [InlineData("new Process")]
    [InlineData("Process.Start")]
    [InlineData("ProcessStartInfo")]
    [InlineData("Microsoft.Data")]
    [InlineData("Microsoft.AspNetCore")]
    [InlineData("Dapper")]
    public void The_domain_starts_no_process_and_knows_no_database_and_no_web_server(string forbidden) =>
        Offenders.None(Repository.Code.Where(file => file.Under("src/Glovebox") && file.Text.Contains(forbidden)));

    internal static IEnumerable<string> Usings(SourceFile file) => file.Lines
        .Where(line => line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && !line.Contains('('))
        .Select(line => line[6..^1].Replace("static ", "").Split(" = ")[^1]);
}
