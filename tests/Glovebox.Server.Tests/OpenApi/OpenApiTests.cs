using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Glovebox.Server.Http;
using Glovebox.Server.Tests.Harness;

namespace Glovebox.Server.Tests.OpenApi;

public sealed class OpenApiTests
{
    [Fact]
    public async Task Every_native_route_is_described()
    {
        await using var served = await Served.StartAsync();
        var document = (await served.GetAsync("/openapi/v1.json")).Ok();
        var described = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"));
        var parts = new ServerParts { Urls = [], Jobs = served.Jobs, Tokens = served.Tokens, Clock = TimeProvider.System, Version = "" };
        var routes = Endpoints.All(parts, CancellationToken.None).Where(route => route.IsNative).Select(route => $"{route.Method} {route.Pattern.Replace("**", "")}");
        Assert.Equal(routes.Order(), described.Order());
        Assert.Equal("3.1.1", (string)document["openapi"]!);
    }

    [Fact]
    public async Task Every_reference_leads_somewhere_and_every_operation_has_its_own_name()
    {
        await using var served = await Served.StartAsync();
        var document = (await served.GetAsync("/openapi/v1.json")).Ok();
        Assert.All(Values(document, "$ref"), reference => Assert.True(Leads(document, reference), reference));
        var names = Values(document, "operationId").ToList();
        Assert.Equal(names.Distinct(), names);
        Assert.Contains("#/components/schemas/JobSpec", Values(document, "$ref"));
    }

    [Fact]
    public async Task The_description_of_the_API_names_every_route()
    {
        await using var served = await Served.StartAsync();
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Glovebox.slnx"))) folder = Path.GetDirectoryName(folder)!;
        var (native, fastlane) = (await File.ReadAllTextAsync($"{folder}/docs/api.md"), await File.ReadAllTextAsync($"{folder}/docs/fastlane.md"));
        var parts = new ServerParts { Urls = [], Jobs = served.Jobs, Tokens = served.Tokens, Clock = TimeProvider.System, Version = "" };
        foreach (var route in Endpoints.All(parts, CancellationToken.None))
            Assert.Contains($"{route.Method} {Regex.Replace(route.Pattern, @"\*", "", RegexOptions.None, TimeSpan.FromSeconds(1))}", route.IsNative || route.Pattern.StartsWith("/openapi") ? native : fastlane);
    }

    private static bool Leads(JsonNode document, string reference)
    {
        JsonNode? at = document;
        foreach (var part in reference[2..].Split('/').Select(part => part.Replace("~1", "/").Replace("~0", "~")))
            at = at is JsonArray items ? items[int.Parse(part)] : at?[part];
        return at is not null;
    }

    private static IEnumerable<string> Values(JsonNode? node, string name) => node switch
    {
        JsonObject members => members.SelectMany(member =>
            member.Key == name && member.Value is JsonValue value ? [(string)value!] : Values(member.Value, name)),
        JsonArray items => items.SelectMany(item => Values(item, name)),
        _ => [],
    };
}
