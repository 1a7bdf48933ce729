namespace Glovebox.Architecture;

/// <summary>Rules about the text of the repository itself.</summary>
public sealed class RuleTests
{
    [Fact]
    public void Every_rule_that_is_switched_off_has_its_reason_beside_it()
    {
        var lines = Repository.Files.Single(file => file.Path == ".editorconfig").Lines;
        var offenders = new List<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("dotnet_diagnostic", StringComparison.Ordinal) || !lines[i].EndsWith("= none", StringComparison.Ordinal)) continue;
            var above = i - 1;
            while (above > 0 && lines[above].StartsWith("dotnet_diagnostic", StringComparison.Ordinal)) above--;
            if (!lines[above].StartsWith('#')) offenders.Add(lines[i]);
        }

        Offenders.None(offenders);
    }

    [Fact]
    public void Every_warning_that_is_silenced_in_code_has_its_reason_beside_it()
    {
        const string Pragma = "#pragma " + "warning disable";
        const string Attribute = "[Suppress" + "Message(";
        var offenders =
            from file in Repository.Code
            from pair in file.Lines.Zip(file.Lines.Prepend("").ToList())
            let line = pair.First
            where (line.Contains(Pragma) && !line.Contains("//") && !pair.Second.TrimStart().StartsWith("//", StringComparison.Ordinal))
                || (line.Contains(Attribute) && !line.Contains("Justification"))
            select $"{file}: {line}";
        Offenders.None(offenders);
    }

    /// <summary>Users configure where packages come from. The list is in pieces, so that this file does not break its own rule.</summary>
    [Fact]
    public void No_package_registry_is_named()
    {
        string[] hosts =
        [
            "nuget" + ".org", "pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com", "yarnpkg" + ".com", "crates" + ".io",
            "rubygems" + ".org", "docker" + ".io", "docker" + ".com", "ghcr" + ".io", "quay" + ".io", "gcr" + ".io", "mcr.microsoft" + ".com",
            "anaconda" + ".org", "anaconda" + ".com", "cran.r-project" + ".org", "bioconductor" + ".org", "maven" + ".org", "proxy.golang" + ".org",
        ];
        var offenders =
            from file in Repository.Files
            from host in hosts
            where file.Text.Contains(host, StringComparison.OrdinalIgnoreCase)
            select $"{file}: {host}";
        Offenders.None(offenders);
    }

    [Fact]
    public void No_test_sleeps()
    {
        string[] sleeps = ["Thread." + "Sleep(", "Task." + "Delay("];
        Offenders.None(Repository.Code.Where(file => file.Under("tests") && sleeps.Any(file.Text.Contains)));
    }
}
