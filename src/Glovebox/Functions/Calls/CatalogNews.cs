using Glovebox.Functions.Deploying;
using Glovebox.Jobs;

namespace Glovebox.Functions.Calls;

/// <summary>Serves what was deployed, switched or removed through another node of the store.</summary>
internal sealed class CatalogNews(FunctionParts parts, Catalog catalog, SecretFiles secrets)
{
    public async Task RunAsync(CancellationToken cancellation)
    {
        var outages = new Outages("functions", parts.Warn, parts.Time);
        using var signals = new SignalWait(parts.Functions.Listen, parts.Time);
        while (true)
        {
            await signals.WaitAsync(null, cancellation);
            while (!await outages.TryAsync(() => RoundAsync(cancellation), cancellation)) cancellation.ThrowIfCancellationRequested();
        }
    }

    private async Task<bool> RoundAsync(CancellationToken cancellation)
    {
        var functions = await parts.Functions.ListAsync(cancellation);
        foreach (var function in functions)
            if (!catalog.IsLoaded(function)) await catalog.LoadAsync(function, cancellation);
        foreach (var gone in catalog.Names.Except(functions.Select(function => function.Name)).ToList())
        {
            if (await parts.Functions.FindAsync(gone, cancellation) is not null) continue;
            catalog.Remove(gone);
            secrets.Remove(gone);
        }

        return true;
    }
}
