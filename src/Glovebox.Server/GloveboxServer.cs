using System.Net;
using System.Net.Sockets;
using Glovebox.Api;
using Glovebox.Server.Access;
using Glovebox.Server.Executions;
using Glovebox.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Glovebox.Server;

/// <summary>The HTTP server: the native API under <c>/v1</c>, and fastlane's at the root. It holds nothing of its own: all is in the features.</summary>
public sealed class GloveboxServer : IAsyncDisposable
{
    /// <summary>The largest request body, in bytes.</summary>
    public const int LargestBody = 2 * 1024 * 1024;

    /// <summary>What Kestrel reads and throws away, so that whoever sends too much hears that, and not of a broken pipe.</summary>
    private const int LargestDiscarded = 64 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly WebApplication _app;

    private GloveboxServer(WebApplication app, IReadOnlyList<string> urls) => (_app, Urls) = (app, urls);

    /// <summary>Where it listens, with the ports that it got.</summary>
    public IReadOnlyList<string> Urls { get; }

    /// <exception cref="RefusalException">A URL is wrong, in use, or not loopback while there is no token.</exception>
    public static async Task<GloveboxServer> StartAsync(ServerParts parts, CancellationToken cancellation)
    {
        IReadOnlyList<BindAddress> addresses = [.. parts.Urls.Select(BindAddress.Parse)];
        await BindRule.CheckAsync(addresses, parts.Tokens, cancellation);
        var app = Build(parts, addresses);
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            await app.DisposeAsync();
            throw failure.InnerException is AddressInUseException || failure is AddressInUseException
                ? RefusalException.Unable($"{string.Join(", ", parts.Urls)}: in use by another program. End that, or listen elsewhere with --urls")
                : RefusalException.Unable($"{string.Join(", ", parts.Urls)}: cannot listen there: {failure.Message}");
        }

        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses;
        return new GloveboxServer(app, [.. bound ?? []]);
    }

    /// <summary>Takes no new requests, ends streams, and waits a little for the others.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        await _app.StopAsync(patience.Token);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Nothing that is not asked for: no configuration files, no default log, no MVC. An idle server is small.</summary>
    private static WebApplication Build(ServerParts parts, IReadOnlyList<BindAddress> addresses)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "glovebox" });
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(options => Configure(options, addresses));
        // Calls of functions are answered where they are read; all else leaves that thread first (Route.StaysOnThread). docs/decisions/016 says why.
        builder.WebHost.UseSockets(options => options.UnsafePreferInlineScheduling = true);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        if (parts.Logs is { } logs) builder.Services.Replace(ServiceDescriptor.Singleton(logs));
        var app = builder.Build();
        var gate = new Gate(parts.Tokens, addresses.All(address => address.IsLoopback), parts.Clock);
        app.Use(new Faults(app.Services.GetRequiredService<ILoggerFactory>()).GuardAsync);
        app.UseWhen(static http => http.Request.Headers.Upgrade.Count > 0, static upgrading => upgrading.UseWebSockets());
        app.UseRouting();
        app.Use(gate.CheckAsync);
        app.Use((http, next) =>
        {
            Reach.RefuseStray(http, parts.Machine);
            return next(http);
        });
        Endpoints.Map(app, parts);
        return app;
    }

    private static void Configure(KestrelServerOptions options, IReadOnlyList<BindAddress> addresses)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = LargestDiscarded;
        foreach (var address in addresses)
            foreach (var ip in address.Addresses) options.Listen(new IPEndPoint(ip, address.Port));
    }

    /// <summary>Signals belong to the program, not to the server in it.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
