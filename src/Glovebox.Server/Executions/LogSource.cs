using Glovebox.Api;
using Glovebox.Api.Jobs;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Executions;

/// <summary>The log of one execution, wherever that is. What still waits in the queue may start on any node: then it is followed there.</summary>
internal sealed class LogSource
{
    private readonly HttpContext _http;
    private readonly Reach _reach;
    private readonly string _execution;
    private IJobs _from;

    private LogSource(HttpContext http, Reach reach, string execution, IJobs from) => (_http, _reach, _execution, _from) = (http, reach, execution, from);

    /// <exception cref="RefusalException">Another node has it, and the caller's token is none of that node's.</exception>
    public static async Task<LogSource> OpenAsync(HttpContext http, Reach reach, string execution, CancellationToken cancellation) =>
        new(http, reach, execution, await reach.OfAsync(http, execution, cancellation));

    /// <summary>See <see cref="IJobs.ReadLogAsync"/>.</summary>
    public async Task<LogPiece> ReadAsync(LogStream stream, long position, bool wait, CancellationToken cancellation)
    {
        try
        {
            return await _from.ReadLogAsync(_execution, stream, position, wait, cancellation);
        }
        catch (RefusalException notHere) when (notHere.Kind == RefusalKind.NotFound && _reach.IsHere(_from))
        {
            var there = await _reach.OfAsync(_http, _execution, cancellation);
            if (_reach.IsHere(there)) throw;
            _from = there;
            return await _from.ReadLogAsync(_execution, stream, position, wait, cancellation);
        }
    }
}
