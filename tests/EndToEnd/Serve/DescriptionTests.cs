using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Serve;

/// <summary>The OpenAPI document of the real server, held against what that server answers.</summary>
public sealed partial class DescriptionTests : Place
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_described_operation_is_served_and_refuses_as_described()
    {
        await using var served = await Served.StartAsync(Glovebox, Project);
        var document = await served.GetAsync("/openapi/v1.json");
        var problem = document["components"]!["schemas"]!["Problem"]!["required"]!.AsArray().Select(name => (string)name!).ToList();
        var wrong = new List<string>();
        foreach (var (path, method, operation) in Operations(document))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), Parameter().Replace(path, "nothing-of-this-name"));
            if (operation["requestBody"] is not null) request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
            using var reply = await served.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            var (status, what) = ((int)reply.StatusCode, $"{method} {path}: {(int)reply.StatusCode}");
            if (status == 405 || operation["responses"]![$"{status}"] is null) wrong.Add($"{what} is not described");
            if (reply.IsSuccessStatusCode || method == "HEAD") continue;
            var said = await reply.Content.ReadAsStringAsync(Cancellation);
            if (reply.Content.Headers.ContentType?.MediaType != "application/problem+json") wrong.Add($"{what}: {reply.Content.Headers.ContentType}");
            else if (problem.Any(name => JsonNode.Parse(said)![name] is null)) wrong.Add($"{what}: {said}");
            if (said.Contains("no such path", StringComparison.Ordinal)) wrong.Add($"{what} is not served");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task The_description_holds_together()
    {
        await using var served = await Served.StartAsync(Glovebox, Project);
        var document = await served.GetAsync("/openapi/v1.json");
        foreach (var reference in References(document)) Assert.True(Leads(document, reference), reference);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, method, operation) in Operations(document))
        {
            Assert.True(ids.Add((string)operation["operationId"]!), $"{method} {path}: {operation["operationId"]} is another's too");
            var inPath = operation["parameters"]!.AsArray().Where(parameter => (string)parameter!["in"]! == "path").Select(parameter => (string)parameter!["name"]!);
            Assert.Equal(Parameter().Matches(path).Select(match => match.Groups["name"].Value), inPath);
        }
    }

    private static IEnumerable<(string Path, string Method, JsonNode Operation)> Operations(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select (path.Key, operation.Key.ToUpperInvariant(), operation.Value);

    private static bool Leads(JsonNode document, string reference)
    {
        JsonNode? at = document;
        foreach (var part in reference[2..].Split('/').Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
            at = at is JsonArray items ? items[int.Parse(part)] : at?[part];
        return at is not null;
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => member is { Key: "$ref", Value: JsonValue value } ? [(string)value!] : References(member.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };

    [GeneratedRegex(@"\{(?<name>\w+)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameter();
}
