using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Glovebox.Backends.Native;
using Glovebox.Tests.Conformance.Stores;

namespace Glovebox.Bench;

/// <summary>
/// The queue beside RQ and Celery on Redis (Debian's packages; Redis with every write on disk before its reply, as a durable submit is): submits
/// through HTTP by 32 clients, and jobs that do nothing. Celery runs those in an interpreter that is there already, RQ in a fork of one, and a
/// <c>native</c> job is a program that starts: the floor for that is a bare loop of posix_spawn.
/// </summary>
internal static class Peers
{
    private const int Clients = 32, Seconds = 5, Warming = 20, Drained = 3000, Rounds = 3;

    public static async Task TakeAsync(string repository)
    {
        Console.WriteLine($"durable submits by {Clients} clients, and jobs that do nothing, beside peers:");
        var folder = Directory.CreateTempSubdirectory("glovebox-bench-").FullName;
        try
        {
            await SubmitsAsync("SQLite", repository, Path.Combine(folder, "home-sqlite"), "sqlite");
            if (!Directory.Exists("/usr/lib/postgresql")) Skip("PostgreSQL", "postgresql");
            else
            {
                await using var cluster = await PostgresCluster.GetAsync();
                await SubmitsAsync("PostgreSQL", repository, Path.Combine(folder, "home-postgres"), "postgres:" + cluster.Connection("peers"));
            }

            await PeersAsync(repository, folder);
            await ProcessesAsync(repository, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Skip(string what, string package) => Console.WriteLine($"  {what,-44} not installed here (Debian: {package})");

    /// <summary>A peer that fails is said to, and the others are measured.</summary>
    private static void Measure(string name, Func<double> take)
    {
        try
        {
            Print(name, take());
        }
        catch (InvalidOperationException failed)
        {
            Console.WriteLine($"  {name,-44} not measured: {failed.Message}");
        }
    }

    private static void Print(string name, double rate, string more = "") => Console.WriteLine($"  {name,-44} {rate,9:#,0} /s  {more}");

    private static async Task SubmitsAsync(string name, string repository, string home, string store)
    {
        Directory.CreateDirectory(home);
        var start = new ProcessStartInfo(Path.Combine(repository, "glovebox"), ["serve", "--urls", "http://127.0.0.1:0", "--store", store])
        {
            UseShellExecute = false, RedirectStandardError = true, WorkingDirectory = home,
        };
        start.Environment["GLOVEBOX_HOME"] = home;
        using var server = Process.Start(start)!;
        try
        {
            string? line;
            while ((line = await server.StandardError.ReadLineAsync()) is not null && !line.Contains("listening on ", StringComparison.Ordinal)) Console.Error.WriteLine(line);
            var url = new Uri((line ?? throw new InvalidOperationException("glovebox serve ended"))[(line.IndexOf("http", StringComparison.Ordinal))..]);
            _ = server.StandardError.ReadToEndAsync();
            using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients, UseProxy = false }) { BaseAddress = url };
            // Until nothing is compiled any more, on either side.
            await CrowdAsync(http, TimeSpan.FromSeconds(Warming));
            Print($"Glovebox, {name}, HTTP submits", await CrowdAsync(http, TimeSpan.FromSeconds(Seconds)));
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    /// <summary>They wait for an hour, so that nothing but submits is measured.</summary>
    private static async Task<double> CrowdAsync(HttpClient http, TimeSpan duration)
    {
        var body = Encoding.UTF8.GetBytes("""{"environment": "host", "command": ["true"], "startIn": "1h"}""");
        var (count, clock) = (0, Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            while (clock.Elapsed < duration)
            {
                using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
                using var reply = await http.PostAsync("/v1/tasks/bench/jobs", content);
                reply.EnsureSuccessStatusCode();
                Interlocked.Increment(ref count);
            }
        })));
        return count / clock.Elapsed.TotalSeconds;
    }

    private static async Task PeersAsync(string repository, string folder)
    {
        if (!Command.Exists("redis-server"))
        {
            Skip("Redis, and RQ and Celery on it", "redis-server");
            return;
        }

        var port = FreePort();
        Directory.CreateDirectory(Path.Combine(folder, "redis"));
        using var redis = Process.Start(new ProcessStartInfo(
            "redis-server",
            ["--port", Text(port), "--bind", "127.0.0.1", "--dir", Path.Combine(folder, "redis"), "--appendonly", "yes", "--appendfsync", "always", "--save", ""])
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        })!;
        try
        {
            string? line;
            while ((line = await redis.StandardOutput.ReadLineAsync()) is not null && !line.Contains("Ready to accept", StringComparison.Ordinal))
                if (line.Contains("error", StringComparison.OrdinalIgnoreCase)) Console.Error.WriteLine(line);
            _ = redis.StandardOutput.ReadToEndAsync();
            foreach (var (kind, package) in new[] { ("rq", "python3-rq"), ("celery", "celery") })
            {
                if (!Command.Exists(kind))
                {
                    Skip(kind, package);
                    continue;
                }

                Measure($"{kind}, submits", () => Ask(repository, kind, port, "submit", kind, Text(Clients), Text(Seconds)));
                Flush(port);
                var tasks = kind == "rq" ? 200 : Drained;
                Measure($"{kind}, no-ops", () => Ask(repository, kind, port, "drain", kind, Text(tasks), Text(Environment.ProcessorCount)));
                Flush(port);
            }
        }
        finally
        {
            redis.Kill();
            await redis.WaitForExitAsync();
        }
    }

    private static async Task ProcessesAsync(string repository, string folder)
    {
        var (floors, ours) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            floors.Add(Ask(repository, "", 0, "spawn", "/bin/true", Text(Drained), Text(Environment.ProcessorCount)));
            ours.Add(await JobDrain.OursAsync(
                Path.Combine(folder, "native" + Text(round)), new NativeBackend(TimeProvider.System), folder, 64, Drained, "host"));
        }

        var (floor, rate) = (JobDrain.Middle(floors), JobDrain.Middle(ours));
        Print("bare posix_spawn of /bin/true", floor);
        Print("Glovebox, native jobs of /bin/true", rate, $"{rate / floor:0.00} x bare");
    }

    private static double Ask(string repository, string kind, int port, params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", [Path.Combine(repository, "bench", "cases", "peers.py"), .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["PEERS_PORT"] = Text(port);
        start.Environment["PEERS_KIND"] = kind;
        start.Environment["PYTHONPATH"] = Path.Combine(repository, "bench", "cases");
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var python = Process.Start(start)!;
        var said = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        return python.ExitCode == 0 ? double.Parse(said, CultureInfo.InvariantCulture) : throw new InvalidOperationException($"peers.py {string.Join(' ', arguments)}: exit {python.ExitCode}");
    }

    private static void Flush(int port)
    {
        using var client = new TcpClient("127.0.0.1", port);
        client.GetStream().Write("FLUSHALL\r\n"u8);
        client.GetStream().ReadByte();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
