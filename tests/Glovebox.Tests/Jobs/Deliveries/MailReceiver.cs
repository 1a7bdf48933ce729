using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Glovebox.Tests.Jobs.Deliveries;

/// <summary>A mail as it came over the wire.</summary>
internal sealed record ReceivedMail(string From, string To, string Text);

/// <summary>A mail server that speaks as much of SMTP (RFC 5321) as it takes to receive a mail.</summary>
internal sealed class MailReceiver : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Channel<ReceivedMail> _mails = Channel.CreateUnbounded<ReceivedMail>();
    private readonly CancellationTokenSource _stop = new();
    private readonly string _recipientReply;
    private readonly Task _serving;

    public MailReceiver(string recipientReply = "250 ok")
    {
        _recipientReply = recipientReply;
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Every command that came, data lines left out.</summary>
    public List<string> Commands { get; } = [];

    public ValueTask<ReceivedMail> NextAsync(CancellationToken cancellation) => _mails.Reader.ReadAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            await TalkAsync(client.GetStream());
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        var (from, to) = ("", "");
        await writer.WriteLineAsync("220 test");
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            Commands.Add(line);
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "MAIL":
                    from = line;
                    await writer.WriteLineAsync("250 ok");
                    break;
                case "RCPT":
                    to = line;
                    await writer.WriteLineAsync(_recipientReply);
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 go on");
                    var text = new StringBuilder();
                    while (await reader.ReadLineAsync(_stop.Token) is { } data && data != ".") text.Append(data).Append('\n');
                    await _mails.Writer.WriteAsync(new ReceivedMail(from, to, text.ToString()));
                    await writer.WriteLineAsync("250 ok");
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 bye");
                    return;
                default:
                    await writer.WriteLineAsync("250 ok");
                    break;
            }
        }
    }
}
