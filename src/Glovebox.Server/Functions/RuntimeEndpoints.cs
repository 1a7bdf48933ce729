using Glovebox.Api.Access;
using Glovebox.Api.Functions;
using Glovebox.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Functions;

/// <summary><c>/v1/runtimes</c>.</summary>
internal sealed class RuntimeEndpoints(IFunctions functions)
{
    private const string One = "/v1/runtimes/{name}";

    public IEnumerable<Route> Routes() =>
    [
        new("GET", "/v1/runtimes", TokenRole.Reader, "List runtimes by name", ListAsync) { Reply = typeof(IReadOnlyList<FunctionRuntime>) },
        new("GET", One, TokenRole.Reader, "Show a runtime", ShowAsync) { Reply = typeof(FunctionRuntime) },
        new("PUT", One, TokenRole.Operator, "Create a runtime, or a new version of it", PutAsync) { Body = typeof(RuntimeSpec), Reply = typeof(FunctionRuntime) },
        new("DELETE", One, TokenRole.Operator, "Remove a runtime that no function is on", RemoveAsync) { Status = StatusCodes.Status204NoContent },
    ];

    private async Task ListAsync(HttpContext http) =>
        await Reply.JsonAsync(http, await functions.ListRuntimesAsync(http.RequestAborted), FunctionsJson.Default.IReadOnlyListFunctionRuntime);

    private async Task ShowAsync(HttpContext http) =>
        await Reply.JsonAsync(http, await functions.ShowRuntimeAsync(Name(http), http.RequestAborted), FunctionsJson.Default.FunctionRuntime);

    private async Task PutAsync(HttpContext http)
    {
        var spec = Strict.Read(await Body.ReadJsonAsync(http), FunctionsJson.Default.RuntimeSpec);
        await Reply.JsonAsync(http, await functions.CreateRuntimeAsync(Name(http), spec, http.RequestAborted), FunctionsJson.Default.FunctionRuntime);
    }

    private async Task RemoveAsync(HttpContext http)
    {
        await functions.RemoveRuntimeAsync(Name(http), http.RequestAborted);
        Reply.NoContent(http);
    }

    private static string Name(HttpContext http) => new Ask(http).Part("name");
}
