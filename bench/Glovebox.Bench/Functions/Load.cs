using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Glovebox.Bench.Functions;

/// <summary>A closed loop: each connection sends a request when it has the answer to the last one.</summary>
internal static class Load
{
    public static async Task<LoadResult> TakeAsync(Uri url, int connections, TimeSpan time, string body)
    {
        var address = (await Dns.GetHostAddressesAsync(url.Host))[0];
        var request = Encoding.UTF8.GetBytes(
            $"POST {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        var cpu = CpuOfTree();
        var clock = Stopwatch.StartNew();
        var times = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => LoopAsync(new IPEndPoint(address, url.Port), request, clock, time))));
        var taken = clock.Elapsed;
        var all = times.SelectMany(some => some).Order().ToList();
        return new LoadResult(all.Count / taken.TotalSeconds, all[all.Count / 2], all[(int)(all.Count * 0.99)], (CpuOfTree() - cpu) * 1e6 / all.Count);
    }

    private static async Task<List<double>> LoopAsync(IPEndPoint address, byte[] request, Stopwatch clock, TimeSpan time)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address);
        var buffer = new byte[64 * 1024];
        var times = new List<double>();
        while (clock.Elapsed < time)
        {
            var began = Stopwatch.GetTimestamp();
            await socket.SendAsync(request, SocketFlags.None);
            var read = 0;
            while (!IsWhole(buffer.AsSpan(0, read)))
            {
                var more = await socket.ReceiveAsync(buffer.AsMemory(read), SocketFlags.None);
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
        if (!System.Buffers.Text.Utf8Parser.TryParse(head[(at + 16)..], out int length, out _)) throw new InvalidOperationException("a length that is no number");
        return answer.Length >= end + 4 + length;
    }

    /// <summary>Seconds of this process and all below it: what survives a loaded machine.</summary>
    public static double CpuOfTree() => Tree(Environment.ProcessId).Sum(pid => CpuOf(pid));

    /// <summary>A process and all below it.</summary>
    public static List<int> Tree(int root)
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), out var pid) && Fields(pid) is { } fields) parents[pid] = int.Parse(fields[1]);
        var tree = new List<int> { root };
        for (var i = 0; i < tree.Count; i++) tree.AddRange(parents.Where(pair => pair.Value == tree[i]).Select(pair => pair.Key));
        return tree;
    }

    private static double CpuOf(int pid) => Fields(pid) is { } fields ? (long.Parse(fields[11]) + long.Parse(fields[12])) / 100.0 : 0;

    // From the third field of /proc/PID/stat on (proc(5)).
    private static string[]? Fields(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}

/// <param name="Rate">Calls a second.</param>
/// <param name="Middle">The median, in microseconds.</param>
/// <param name="Late">The 99th percentile, in microseconds.</param>
/// <param name="Cpu">Microseconds of processor a call, of server, interpreters and this load together.</param>
internal sealed record LoadResult(double Rate, double Middle, double Late, double Cpu);
