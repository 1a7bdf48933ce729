using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Glovebox.Bench.Functions;

/// <summary>
/// A closed loop: each connection sends a request when it has the answer to the last one. It is a process of its own, and blocks a thread for each
/// connection, which costs least: what it takes from the processors is the same for all that are measured, and is shown.
/// </summary>
internal static class Load
{
    /// <summary>The word before the arguments of this program's child.</summary>
    public const string Word = "load";

    /// <param name="servers">The processes that answer; their processor time and that of all below them is counted.</param>
    public static async Task<LoadResult> TakeAsync(Uri url, int connections, TimeSpan time, string body, IReadOnlyList<int> servers)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Word, url.AbsoluteUri, Text(connections), Text(time.TotalMilliseconds), body])
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        };
        var before = servers.Sum(Machine.CpuOfTree);
        using var child = Process.Start(start)!;
        var said = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        if (child.ExitCode != 0) throw new InvalidOperationException($"the load on {url} ended with code {child.ExitCode}");
        var n = said.Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture)).ToArray();
        return new LoadResult(n[0] / n[1], n[2], n[3], (servers.Sum(Machine.CpuOfTree) - before) * 1e6 / n[0], n[4] * 1e6 / n[0]);
    }

    /// <summary>The child: prints calls, seconds, median and 99th percentile in microseconds, and its own processor seconds.</summary>
    public static void Run(string[] arguments)
    {
        var url = new Uri(arguments[0]);
        var (connections, body) = (int.Parse(arguments[1]), arguments[3]);
        var time = TimeSpan.FromMilliseconds(double.Parse(arguments[2], CultureInfo.InvariantCulture));
        var request = Encoding.UTF8.GetBytes(
            $"POST {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        var address = new IPEndPoint(Dns.GetHostAddresses(url.Host)[0], url.Port);
        var clock = Stopwatch.StartNew();
        var times = new List<double>[connections];
        var threads = Enumerable.Range(0, connections).Select(at => new Thread(() => times[at] = Loop(address, request, clock, time), 256 * 1024)).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        var taken = clock.Elapsed.TotalSeconds;
        var all = times.SelectMany(some => some).Order().ToList();
        using var self = Process.GetCurrentProcess();
        Console.Write(string.Create(CultureInfo.InvariantCulture,
            $"{all.Count} {taken} {all[all.Count / 2]} {all[(int)(all.Count * 0.99)]} {self.TotalProcessorTime.TotalSeconds}"));
    }

    private static List<double> Loop(IPEndPoint address, byte[] request, Stopwatch clock, TimeSpan time)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(address);
        var buffer = new byte[64 * 1024];
        var times = new List<double>(1 << 16);
        while (clock.Elapsed < time)
        {
            var began = Stopwatch.GetTimestamp();
            socket.Send(request);
            var read = 0;
            while (!IsWhole(buffer.AsSpan(0, read)))
            {
                var more = socket.Receive(buffer, read, buffer.Length - read, SocketFlags.None);
                if (more == 0) throw new InvalidOperationException("the server closed the connection");
                read += more;
            }
            if (!buffer.AsSpan(0, 12).SequenceEqual("HTTP/1.1 200"u8)) throw new InvalidOperationException(Encoding.UTF8.GetString(buffer, 0, read));
            times.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
        }
        return times;
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var head = answer[..end];
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0) return answer.EndsWith("0\r\n\r\n"u8);
        return Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) && answer.Length >= end + 4 + length;
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <param name="Rate">Calls a second.</param>
/// <param name="Middle">The median, in microseconds.</param>
/// <param name="Late">The 99th percentile, in microseconds.</param>
/// <param name="Cpu">Microseconds of processor a call, of the server and all its processes.</param>
/// <param name="LoadCpu">The same of the load, its start included.</param>
internal sealed record LoadResult(double Rate, double Middle, double Late, double Cpu, double LoadCpu)
{
    public static LoadResult Median(IReadOnlyList<LoadResult> results) => new(
        Of(results, one => one.Rate), Of(results, one => one.Middle), Of(results, one => one.Late), Of(results, one => one.Cpu),
        Of(results, one => one.LoadCpu));

    private static double Of(IReadOnlyList<LoadResult> results, Func<LoadResult, double> of) => results.Select(of).Order().ElementAt(results.Count / 2);
}
