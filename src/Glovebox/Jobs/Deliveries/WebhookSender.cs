using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Deliveries;

/// <summary>Posts webhooks. Certificates are checked, redirects are not followed.</summary>
internal sealed class WebhookSender(string secret, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public async Task<Attempt> SendAsync(NewDelivery delivery, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            using var request = Request(delivery);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var code = (int)response.StatusCode;
            return code switch
            {
                < 300 => new Attempt(code, null),
                < 400 => new Attempt(code, $"status {code}: redirects are not followed; give the URL that it leads to"),
                _ => new Attempt(code, $"status {code}"),
            };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Attempt(null, $"no reply within {Patience.TotalSeconds} s");
        }
        catch (HttpRequestException e)
        {
            return new Attempt(null, e.InnerException is { } inner && !e.Message.Contains(inner.Message) ? $"{e.Message} {inner.Message}" : e.Message);
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>The user's headers first: they do not replace ours.</summary>
    private HttpRequestMessage Request(NewDelivery delivery)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, delivery.Target) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(delivery.Body)) };
        foreach (var (name, value) in delivery.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        Set("Glovebox-Event", delivery.On);
        Set("Glovebox-Delivery", delivery.Id);
        Set("Glovebox-Timestamp", timestamp);
        Set("Glovebox-Signature", Signature.Of(secret, timestamp, delivery.Body));
        return request;

        void Set(string name, string value)
        {
            request.Headers.Remove(name);
            request.Headers.Add(name, value);
        }
    }
}
