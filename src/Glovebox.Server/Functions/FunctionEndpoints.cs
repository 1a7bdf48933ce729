using System.Globalization;
using Glovebox.Api;
using Glovebox.Api.Access;
using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;
using Glovebox.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Functions;

/// <summary><c>/v1/functions</c>, but for the calls themselves.</summary>
internal sealed class FunctionEndpoints(IFunctions functions)
{
    private const string One = "/v1/functions/{name}";
    private const TokenRole Reader = TokenRole.Reader, Operator = TokenRole.Operator;

    public IEnumerable<Route> Routes() =>
    [
        new("GET", "/v1/functions", Reader, "List functions by name", ListAsync) { Reply = typeof(IReadOnlyList<Function>) },
        new("GET", One, Reader, "Show a function", ShowAsync) { Reply = typeof(Function) },
        new("POST", One, Operator, "Deploy: a form with 'spec' (JSON) and 'module' (the bundle), or the bundle itself with its options in the query", DeployAsync)
        {
            Reply = typeof(Deployment), Status = StatusCodes.Status201Created, BodyMedia = ["multipart/form-data", "application/octet-stream"],
            Query = [new("runtime", "string", "its runtime"), new("handler", "string", "as --handler"), new("file", "string", "the bundle's name, for one file of code")],
        },
        new("DELETE", One, Operator, "Remove a function with its versions and calls", RemoveAsync) { Status = StatusCodes.Status204NoContent },
        new("GET", $"{One}/versions", Reader, "List a function's versions, newest first", VersionsAsync) { Reply = typeof(IReadOnlyList<FunctionVersion>) },
        new("DELETE", $"{One}/versions/{{version}}", Operator, "Remove a version that is neither the present one nor an alias's", RemoveVersionAsync)
        {
            Status = StatusCodes.Status204NoContent,
        },
        new("GET", $"{One}/stats", Reader, "Calls and instances since the server started", StatsAsync) { Reply = typeof(FunctionStats) },
        new("POST", $"{One}/rollback", Operator, "Make an earlier version the present one", RollbackAsync)
        {
            Reply = typeof(Function), Query = [new("version", "integer", "which (default: the one before)")],
        },
        new("PUT", $"{One}/aliases/{{alias}}", Operator, "Set an alias", SetAliasAsync) { Body = typeof(FunctionAlias), Reply = typeof(Function) },
        new("DELETE", $"{One}/aliases/{{alias}}", Operator, "Remove an alias", RemoveAliasAsync) { Reply = typeof(Function) },
    ];

    private async Task ListAsync(HttpContext http) => await Reply.JsonAsync(http, await functions.ListAsync(http.RequestAborted), FunctionsJson.Default.IReadOnlyListFunction);

    private async Task ShowAsync(HttpContext http) => await AnswerAsync(http, functions.ShowAsync(Name(http), http.RequestAborted));

    private async Task RemoveAsync(HttpContext http)
    {
        await functions.RemoveAsync(Name(http), http.RequestAborted);
        Reply.NoContent(http);
    }

    private async Task VersionsAsync(HttpContext http) =>
        await Reply.JsonAsync(http, await functions.VersionsAsync(Name(http), http.RequestAborted), FunctionsJson.Default.IReadOnlyListFunctionVersion);

    private async Task RemoveVersionAsync(HttpContext http)
    {
        var text = new Ask(http).Part("version");
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)) throw RefusalException.NotFound($"'{text}' is no version: they are whole numbers");
        await functions.RemoveVersionAsync(Name(http), version, http.RequestAborted);
        Reply.NoContent(http);
    }

    private async Task StatsAsync(HttpContext http) =>
        await Reply.JsonAsync(http, await functions.StatsAsync(Name(http), http.RequestAborted), FunctionsJson.Default.FunctionStats);

    private async Task RollbackAsync(HttpContext http) =>
        await AnswerAsync(http, functions.RollbackAsync(Name(http), (int?)new Ask(http).Whole("version", 1, int.MaxValue), http.RequestAborted));

    private async Task SetAliasAsync(HttpContext http)
    {
        var alias = Strict.Read(await Body.ReadJsonAsync(http), FunctionsJson.Default.FunctionAlias);
        await AnswerAsync(http, functions.SetAliasAsync(Name(http), alias with { Name = new Ask(http).Part("alias") }, http.RequestAborted));
    }

    private async Task RemoveAliasAsync(HttpContext http) =>
        await AnswerAsync(http, functions.RemoveAliasAsync(Name(http), new Ask(http).Part("alias"), http.RequestAborted));

    private async Task DeployAsync(HttpContext http)
    {
        var ask = new Ask(http);
        Uploads.Allow(http);
        Deployment deployed;
        if (http.Request.HasFormContentType)
        {
            var form = await Uploads.FormAsync(http);
            var spec = Spec(form) ?? OfQuery(ask);
            await using var bundle = Uploads.Module(form).OpenReadStream();
            deployed = await functions.DeployAsync(ask.Part("name"), spec, bundle, Uploads.Module(form).FileName, http.RequestAborted);
        }
        else
        {
            deployed = await functions.DeployAsync(ask.Part("name"), OfQuery(ask), http.Request.Body, ask.Text("file") ?? "bundle", http.RequestAborted);
        }

        http.Response.Headers.Location = $"/v1/functions/{deployed.Function.Name}";
        await Reply.JsonAsync(http, deployed, FunctionsJson.Default.Deployment, StatusCodes.Status201Created);
    }

    /// <summary>As a field or as a file: clients do both.</summary>
    private static FunctionSpec? Spec(IFormCollection form)
    {
        if (form.TryGetValue("spec", out var text)) return Strict.Read(System.Text.Encoding.UTF8.GetBytes(text.ToString()), FunctionsJson.Default.FunctionSpec);
        if (form.Files.GetFile("spec") is not { } file) return null;
        using var content = file.OpenReadStream();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return Strict.Read(bytes.ToArray(), FunctionsJson.Default.FunctionSpec);
    }

    private static FunctionSpec OfQuery(Ask ask) => new()
    {
        Runtime = ask.Text("runtime") ?? throw RefusalException.Bad("no runtime: give ?runtime=NAME, or a form with a part 'spec'"),
        Handler = ask.Text("handler"),
    };

    private static async Task AnswerAsync(HttpContext http, Task<Function> function) => await Reply.JsonAsync(http, await function, FunctionsJson.Default.Function);

    private static string Name(HttpContext http) => new Ask(http).Part("name");
}
