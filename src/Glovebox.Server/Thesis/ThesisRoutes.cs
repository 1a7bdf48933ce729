using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Api.Access;
using Glovebox.Api.Functions;
using Glovebox.Functions;
using Glovebox.Server.Functions;
using Glovebox.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Route = Glovebox.Server.Http.Route;

namespace Glovebox.Server.Thesis;

/// <summary>The API of the thesis's platform at the root, as its scripts use it (docs/functions.md). What failed says so: its callers waited for ever.</summary>
internal sealed class ThesisRoutes(IFunctions functions, FunctionNode node)
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("!@#$%^&*(),.?\":{}|<>-_/");
    private const TokenRole Reader = TokenRole.Reader, Operator = TokenRole.Operator;

    public IEnumerable<Route> All() =>
    [
        new("POST", "/registerRuntime", Operator, "registerRuntime", RegisterRuntimeAsync),
        new("POST", "/registerFunction/{runtime}/{name}", Operator, "registerFunction", RegisterFunctionAsync),
        new("POST", "/invokeFunction", Operator, "invokeFunction", InvokeAsync),
        new("GET", "/runtimes", Reader, "runtimes", RuntimesAsync),
        new("GET", "/functions", Reader, "functions", FunctionsAsync),
        new("GET", "/calls", Reader, "calls", CallsAsync),
        new("GET", "/call/{number}", Reader, "call", CallAsync),
    ];

    private async Task RegisterRuntimeAsync(HttpContext http)
    {
        var body = await ObjectAsync(http);
        var image = Text(body, "image");
        var (path, dependencies, run) = (Text(body, "path"), Text(body, "dependencies"), Text(body, "run"));
        CheckName("image", image);
        if ((await functions.ListRuntimesAsync(http.RequestAborted)).Any(runtime => runtime.Name == image)) throw RefusalException.Bad($"runtime '{image}' is registered already");
        await functions.CreateRuntimeAsync(image, new RuntimeSpec { Environment = image, Path = path, Dependencies = dependencies, Run = run }, http.RequestAborted);
    }

    private async Task RegisterFunctionAsync(HttpContext http)
    {
        var (runtime, name) = ((string)http.GetRouteValue("runtime")!, (string)http.GetRouteValue("name")!);
        CheckName("function", name);
        if ((await functions.ListRuntimesAsync(http.RequestAborted)).All(known => known.Name != runtime)) throw RefusalException.Bad($"runtime '{runtime}' is not registered");
        if ((await functions.ListAsync(http.RequestAborted)).Any(known => known.Name == name)) throw RefusalException.Bad($"function '{name}' is registered already");
        if (!http.Request.HasFormContentType) throw RefusalException.Bad("send the function's archive as a form: -F module=@FILE.tar.gz");
        Uploads.Allow(http);
        var module = Uploads.Module(await Uploads.FormAsync(http));
        await using var bundle = module.OpenReadStream();
        await functions.DeployAsync(name, new FunctionSpec { Runtime = runtime }, bundle, module.FileName, http.RequestAborted);
    }

    private async Task InvokeAsync(HttpContext http)
    {
        var body = await ObjectAsync(http);
        var parameters = body["params"] ?? throw RefusalException.Bad("params: missing; {} for none");
        var call = await node.Thesis.InvokeAsync(Text(body, "funcName"), Encoding.UTF8.GetBytes(parameters.ToJsonString()), http.RequestAborted);
        http.Response.ContentType = "text/html; charset=utf-8";
        await http.Response.WriteAsync(call.Number!.Value.ToString(CultureInfo.InvariantCulture), http.RequestAborted);
    }

    private async Task RuntimesAsync(HttpContext http) => await NamesAsync(http, (await functions.ListRuntimesAsync(http.RequestAborted)).Select(runtime => runtime.Name));

    private async Task FunctionsAsync(HttpContext http) => await NamesAsync(http, (await functions.ListAsync(http.RequestAborted)).Select(function => function.Name));

    private async Task CallsAsync(HttpContext http)
    {
        var all = new JsonObject();
        foreach (var (call, input) in await node.Thesis.ListAsync(http.RequestAborted)) all[$"c{call.Number}"] = Shape(call, input);
        await Reply.JsonAsync(http, all);
    }

    /// <summary>An unknown number answered 200 and nothing there; here it is 404.</summary>
    private async Task CallAsync(HttpContext http)
    {
        var text = (string)http.GetRouteValue("number")!;
        var found = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? await node.Thesis.FindAsync(number, http.RequestAborted) : null;
        await Reply.JsonAsync(http, found is var (call, input) ? Shape(call, input) : throw RefusalException.NotFound($"no call has the number '{text}'"));
    }

    private static JsonObject Shape(Call call, CallInput? input)
    {
        var shape = new JsonObject
        {
            ["funcName"] = call.Function,
            ["params"] = input is null || input.Body.IsEmpty ? new JsonObject() : JsonNode.Parse(input.Body.Span),
            ["callNum"] = call.Number,
            ["status"] = call.Status switch { CallStatus.Done => "DONE", CallStatus.Pending or CallStatus.Running => "PENDING", _ => "FAILED" },
            ["result"] = call.Result is { } result ? Plain(result) : "",
        };
        if (call.Error is { } error) shape["error"] = call.Traceback is { } trace ? $"{error}\n{trace}" : error;
        return shape;
    }

    /// <summary>Its results are texts: a JSON text is what it says, anything else is as it was written.</summary>
    private static string Plain(string result)
    {
        try
        {
            return JsonNode.Parse(result) is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : result;
        }
        catch (JsonException)
        {
            return result;
        }
    }

    private static async Task NamesAsync(HttpContext http, IEnumerable<string> names) =>
        await Reply.JsonAsync(http, new JsonArray([.. names.Select(name => (JsonNode)name)]));

    private static async Task<JsonObject> ObjectAsync(HttpContext http) =>
        JsonNode.Parse((await Body.ReadAsync(http)).Span) as JsonObject ?? throw RefusalException.Bad("the body must be a JSON object");

    private static string Text(JsonObject body, string name) => body[name] is JsonValue value && value.TryGetValue(out string? text)
        ? text
        : throw RefusalException.Bad($"{name}: missing, or not a text");

    private static void CheckName(string what, string name)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAny(Forbidden)) throw RefusalException.Bad($"{what} '{name}': letters and digits alone");
    }
}
