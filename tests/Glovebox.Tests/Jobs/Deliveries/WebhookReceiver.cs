using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Glovebox.Tests.Jobs.Deliveries;

/// <summary>A call that a receiver got.</summary>
internal sealed record ReceivedCall(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>A real HTTP server on the loopback.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Channel<ReceivedCall> _calls = Channel.CreateUnbounded<ReceivedCall>();
    private readonly Func<int, int> _status;
    private readonly Task _serving;
    private int _count;

    /// <param name="status">From the number of a call, 0 for the first, to the status that answers it; below 0 for no answer at all.</param>
    public WebhookReceiver(Func<int, int>? status = null)
    {
        _status = status ?? (_ => 204);
        Url = $"http://127.0.0.1:{FreePort()}/";
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; }

    /// <summary>Completes the calls that are kept waiting.</summary>
    public TaskCompletionSource Silence { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask<ReceivedCall> NextAsync(CancellationToken cancellation) => _calls.Reader.ReadAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        Silence.TrySetResult();
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        var answering = new List<Task>();
        try
        {
            while (true) answering.Add(AnswerAsync(await _listener.GetContextAsync()));
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            await Task.WhenAll(answering).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var headers = context.Request.Headers.AllKeys.ToDictionary(name => name!, name => context.Request.Headers[name]!, StringComparer.OrdinalIgnoreCase);
        var status = _status(Interlocked.Increment(ref _count) - 1);
        await _calls.Writer.WriteAsync(new ReceivedCall(context.Request.HttpMethod, context.Request.Url!.AbsolutePath, headers, body));
        if (status < 0) await Silence.Task;
        context.Response.StatusCode = Math.Abs(status);
        if (status is >= 300 and < 400) context.Response.RedirectLocation = Url + "elsewhere";
        context.Response.Close();
    }
}
