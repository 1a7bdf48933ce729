using Glovebox.Server.Access;
using Glovebox.Server.Events;
using Glovebox.Server.Executions;
using Glovebox.Server.Fastlane;
using Glovebox.Server.Functions;
using Glovebox.Server.Jobs;
using Glovebox.Server.OpenApi;
using Glovebox.Server.Schedules;
using Glovebox.Server.Status;
using Glovebox.Server.Tasks;
using Glovebox.Server.Thesis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Glovebox.Server.Http;

/// <summary>Every path that is served.</summary>
internal static class Endpoints
{
    public static void Map(WebApplication app, ServerParts parts)
    {
        var stopping = app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        foreach (var route in All(parts, stopping))
            app.MapMethods(route.Pattern, Methods(route), route.StaysOnThread ? route.Handle : Elsewhere(route.Handle)).WithMetadata(route, new Needs(route.Needs));
    }

    /// <summary>On another thread than the one that reads all connections: a search in SQLite holds its thread.</summary>
    private static RequestDelegate Elsewhere(RequestDelegate handle) => async http =>
    {
        await Task.Yield();
        await handle(http);
    };

    /// <summary>What may be got may be asked for its head, but for streams: those have no end.</summary>
    private static string[] Methods(Route route) =>
        route.Method == "GET" && route.ReplyMedia is null && !route.Pattern.EndsWith("/ws", StringComparison.Ordinal) ? ["GET", "HEAD"] : [route.Method];

    public static IReadOnlyList<Route> All(ServerParts parts, CancellationToken stopping)
    {
        Route[] native =
        [
            .. new JobEndpoints(parts.Jobs, parts.Clock).Routes(),
            .. new TaskEndpoints(parts.Jobs).Routes(),
            .. new ExecutionEndpoints(parts, stopping).Routes(),
            .. new ScheduleEndpoints(parts.Jobs).Routes(),
            .. new EventEndpoints(parts.Jobs, parts.Clock, stopping).Routes(),
            .. new StatusEndpoints(parts.Jobs).Routes(),
            .. Functions(parts),
        ];
        return [.. native, OpenApiDocument.Route(native, parts.Version), .. FastlaneRoutes.All(parts, stopping), .. Thesis(parts)];
    }

    private static IEnumerable<Route> Functions(ServerParts parts) => parts is not { Functions: { } functions, FunctionNode: { } node } ? [] :
    [
        .. new RuntimeEndpoints(functions).Routes(), .. new FunctionEndpoints(functions).Routes(), .. new CallEndpoint(functions, node, new CallPassing(parts)).Routes(),
        .. new CallRecordEndpoints(functions, node).Routes(),
    ];

    private static IEnumerable<Route> Thesis(ServerParts parts) =>
        parts is { Functions: { } functions, FunctionNode: { } node } ? new ThesisRoutes(functions, node).All() : [];
}
