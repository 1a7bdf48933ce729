using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Glovebox.Api.Jobs;
using Glovebox.Masking;

namespace Glovebox.Jobs.Specs;

/// <summary>What goes into the box, and what is kept beside it.</summary>
internal static partial class ContentChecks
{
    private const int MostCommand = 128 << 10;
    private const int MostVariables = 128 << 10;
    private const int MostMetadata = 64 << 10;
    private const int MostFiles = 1 << 20;
    private const int MostItems = 1000;

    public static void Check(JobSpec spec, FieldRules rules)
    {
        CheckCommand(spec, rules);
        CheckVariables(spec, rules);
        rules.Absolute("workingDirectory", spec.WorkingDirectory);
        CheckFiles(spec, rules);
        CheckVolumes(spec, rules);
        rules.That(spec.ExtraHosts.Count <= MostItems, "extraHosts", $"more than {MostItems}");
        foreach (var (host, address) in spec.ExtraHosts)
        {
            rules.That(HostName().IsMatch(host), $"extraHosts.{FieldRules.Cut(host)}", "not a host name");
            rules.That(IPAddress.TryParse(address, out _), $"extraHosts.{host}", $"'{FieldRules.Cut(address)}' is not an IP address");
        }

        rules.That(JsonSerializer.SerializeToUtf8Bytes(spec.Metadata, JobsJson.Default.JsonObject).Length <= MostMetadata, "metadata", "more than 64 KB of JSON");
        CheckMetadata("metadata", spec.Metadata, rules);
    }

    private static void CheckCommand(JobSpec spec, FieldRules rules)
    {
        rules.That(spec.Command is [{ Length: > 0 }, ..], "command", "empty. Give the command and its arguments");
        rules.That(FieldRules.Size(spec.Command) + spec.Command.Count <= MostCommand, "command", "more than 128 KB. Put data into a file or a volume");
        for (var i = 0; i < spec.Command.Count; i++) rules.Clean($"command[{i}]", spec.Command[i]);
    }

    private static void CheckVariables(JobSpec spec, FieldRules rules)
    {
        foreach (var (name, value) in spec.Variables)
        {
            var path = $"variables.{FieldRules.Cut(name)}";
            rules.Clean(path, name);
            rules.That(name.Length > 0 && !name.Contains('='), path, "not the name of a variable");
            rules.Clean(path, value);
            rules.That(value != MaskedNames.Mask || !MaskedNames.IsSecret(name), path, "'***' stands for a secret that is not shown. Give its value");
        }

        rules.That(FieldRules.Size(spec.Variables.Keys) + FieldRules.Size(spec.Variables.Values) <= MostVariables, "variables", "more than 128 KB");
    }

    private static void CheckFiles(JobSpec spec, FieldRules rules)
    {
        rules.That(spec.Files.Count <= MostItems, "files", $"more than {MostItems}");
        rules.That(spec.Files.Sum(f => (long)f.Content.Length) <= MostFiles, "files", "more than 1 MB in all. Use a volume");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < spec.Files.Count; i++)
        {
            rules.Inside($"files[{i}].path", spec.Files[i].Path);
            rules.That(seen.Add(spec.Files[i].Path), $"files[{i}].path", $"'{FieldRules.Cut(spec.Files[i].Path)}' is there twice");
        }

        rules.That(spec.Outputs.Count <= MostItems, "outputs", $"more than {MostItems}");
        for (var i = 0; i < spec.Outputs.Count; i++) rules.Inside($"outputs[{i}]", spec.Outputs[i]);
    }

    private static void CheckVolumes(JobSpec spec, FieldRules rules)
    {
        rules.That(spec.Volumes.Count <= MostItems, "volumes", $"more than {MostItems}");
        for (var i = 0; i < spec.Volumes.Count; i++)
        {
            rules.Absolute($"volumes[{i}].source", spec.Volumes[i].Source);
            rules.Absolute($"volumes[{i}].target", spec.Volumes[i].Target);
            rules.That(spec.Volumes[i].Target.Trim('/').Length > 0, $"volumes[{i}].target", "the root cannot be covered");
        }
    }

    private static void CheckMetadata(string path, JsonNode? node, FieldRules rules)
    {
        if (node is JsonObject fields)
        {
            foreach (var (name, value) in fields)
            {
                rules.Clean(path, name);
                CheckMetadata($"{path}.{FieldRules.Cut(name)}", value, rules);
            }
        }
        else if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++) CheckMetadata($"{path}[{i}]", items[i], rules);
        }
        else if (node?.GetValueKind() == JsonValueKind.String)
        {
            rules.Clean(path, node.GetValue<string>());
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HostName();
}
