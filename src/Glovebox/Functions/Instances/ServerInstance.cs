using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Glovebox.Api.Execution;
using Glovebox.Api.Functions;
using Glovebox.Execution;
using Glovebox.Functions.Pool;

namespace Glovebox.Functions.Instances;

/// <summary>
/// A function that is an HTTP server of its own, on <c>$PORT</c> of the box's loopback. Calls are requests to it, over connections that stay.
/// </summary>
internal sealed class ServerInstance(string id, FunctionPlan plan, LiveBox box, int port, RecentOutput output, RecentOutput error) : IWarmInstance
{
    private const int Port = 8080;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly HashSet<string> OfConnection = new(StringComparer.OrdinalIgnoreCase)
        { "Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length", "Content-Type", "Host", "Upgrade", "TE", "Trailer", "Expect", "Proxy-Connection" };

    private HttpMessageInvoker? _client;
    private volatile bool _broken;

    public string Id => id;

    public bool Usable => !_broken && !box.Ended.IsCompleted;

    public Task Ended => box.Ended;

    /// <summary>Boxes with a network of their own all have the same; on the host's network each needs another.</summary>
    public static int PortOf(FunctionPlan plan)
    {
        if (plan.Network != NetworkMode.Host) return Port;
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    /// <summary>Waits until the server takes connections.</summary>
    /// <exception cref="StartException">It ended, or did not listen in time.</exception>
    public async Task BeginAsync(CancellationToken cancellation)
    {
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, UseProxy = false, AutomaticDecompression = DecompressionMethods.None,
            MaxConnectionsPerServer = plan.Concurrency, PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan, ActivityHeadersPropagator = null,
            ConnectCallback = async (_, connecting) => new NetworkStream(await ConnectAsync(connecting), ownsSocket: true),
        });
        var began = box.Time.GetTimestamp();
        while (true)
        {
            try
            {
                (await ConnectAsync(cancellation)).Dispose();
                return;
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                if (box.Ended.IsCompleted)
                    throw new StartException(await box.DescribeEndAsync("it never listened"), null, output.Take(), error.Take());
                if (box.Time.GetElapsedTime(began) > FrameBoxes.Patience)
                {
                    throw new StartException(
                        $"The server does not listen on port {port} ($PORT) of 127.0.0.1 within {Words.Of(FrameBoxes.Patience)}", null, output.Take(), error.Take());
                }
            }
            await Task.WhenAny(box.Ended, Task.Delay(Pause, box.Time, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    public Task LoadAsync(FunctionPlan plan, CancellationToken cancellation) => throw new InvalidOperationException("It is of one function from its start");

    public async ValueTask<CallReply> CallAsync(CallRequest request, CallStart start, CancellationToken cancellation)
    {
        var began = box.Time.GetTimestamp();
        var deadline = new CancellationTokenSource(plan.Timeout, box.Time);
        HttpResponseMessage? whole = null;
        var streaming = false;
        try
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
            using var message = Message(request);
            var response = whole = await _client!.SendAsync(message, ending.Token);
            var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).Where(header => !OfConnection.Contains(header.Key))
                .SelectMany(header => header.Value.Select(value => new KeyValuePair<string, string>(header.Key, value))).Where(Replies.IsOfHttp).ToList();
            var reply = new CallReply
            {
                Status = CallStatus.Done, HttpStatus = (int)response.StatusCode, Headers = headers.Count == 0 ? null : headers,
                ContentType = response.Content.Headers.ContentType?.ToString() ?? "application/octet-stream",
                Instance = id, Cold = start.Cold, Timings = new CallTimings(start.Queue, start.Instance, 0, Since(began), 0),
            };
            if (response.Headers.TransferEncodingChunked == true)
            {
                (whole, streaming) = (null, true);
                return reply with { Stream = new ServerStream(response, plan, deadline, Finish) };
            }

            var body = await BodyAsync(response, ending.Token);
            return reply with { Body = body, Output = output.Take(), ErrorOutput = error.Take(), Timings = reply.Timings with { Run = Since(began) } };
        }
        catch (OperationCanceledException)
        {
            _broken = true;
            var reason = deadline.IsCancellationRequested ? EndReason.Deadline : EndReason.Cancelled;
            return Replies.Ended(reason, plan.Timeout, output.Take(), error.Take(), id, start, Since(began));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException or FormatException)
        {
            _broken = true;
            var message = e is InvalidDataException ? e.Message : $"The function's server did not answer: {e.Message}";
            if (e is not InvalidDataException && await HasEndedAsync()) message = await box.DescribeEndAsync("its connection ended");
            return Replies.Failed(message, null, Replies.BadGateway, output.Take(), error.Take(), id, start, Since(began));
        }
        finally
        {
            // A stream ends what it was given itself.
            if (!streaming) deadline.Dispose();
            whole?.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _broken = true;
        _client?.Dispose();
        await box.DisposeAsync();
    }

    private StreamEnd Finish(StreamEnd end)
    {
        if (end.Status != CallStatus.Done) _broken = true;
        return end with { Output = output.Take(), ErrorOutput = error.Take() };
    }

    private HttpRequestMessage Message(CallRequest request)
    {
        var path = request.Path.StartsWith('/') ? request.Path : "/" + request.Path;
        var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri($"http://127.0.0.1:{port}{path}"));
        if (!request.Body.IsEmpty || request.Method is not ("GET" or "HEAD"))
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            var type = request.ContentType.Length == 0 ? "application/json" : request.ContentType;
            message.Content.Headers.ContentType =
                MediaTypeHeaderValue.TryParse(type, out var known) ? known : new MediaTypeHeaderValue("application/octet-stream");
        }
        foreach (var (name, value) in request.Headers ?? new Dictionary<string, string>())
        {
            if (!OfConnection.Contains(name) && !message.Headers.TryAddWithoutValidation(name, value))
                message.Content?.Headers.TryAddWithoutValidation(name, value);
        }
        message.Headers.TryAddWithoutValidation("X-Glovebox-Call", request.Id);
        return message;
    }

    private async Task<byte[]> BodyAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        using var body = new MemoryStream();
        var piece = new byte[64 * 1024];
        while (await stream.ReadAsync(piece, cancellation) is > 0 and var read)
        {
            body.Write(piece, 0, read);
            if (body.Length > plan.ReplyLimitBytes)
                throw new InvalidDataException($"The result has more than {Words.Of(plan.ReplyLimitBytes)}, which are allowed");
        }
        return body.ToArray();
    }

    private async ValueTask<Socket> ConnectAsync(CancellationToken cancellation)
    {
        var socket = plan.Network == NetworkMode.Host
            ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            : box.Network?.OpenSocket()
                ?? throw new StartException("This backend does not let a function's own server be reached. Use the handler contract, or open its network");
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<bool> HasEndedAsync()
    {
        await Task.WhenAny(box.Ended, Task.Delay(TimeSpan.FromSeconds(1), box.Time));
        return box.Ended.IsCompleted;
    }

    private double Since(long began) => box.Time.GetElapsedTime(began).TotalSeconds;
}
