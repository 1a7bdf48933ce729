using System.Diagnostics;
using System.Globalization;

namespace Glovebox.Tests.Conformance.Stores;

/// <summary>
/// A PostgreSQL server of the tests' own, from the distribution's package: started with the first test that asks, and ended when this process
/// is, however that comes about: it lives as long as its standard input.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private const string Script =
        """
        set -e
        bin=$1 data=$2
        begin() {
          "$bin/postgres" -D "$data" -k "$data" -c listen_addresses= -c max_connections=300 -c log_checkpoints=off </dev/null &
          server=$!
        }
        LC_ALL=C.UTF-8 "$bin/initdb" -D "$data" -U glovebox -A trust -E UTF8 >/dev/null
        begin
        while read -r word; do
          case $word in
            crash) kill -QUIT $server; wait $server || true; echo crashed ;;
            begin) begin ;;
            hold) kill -STOP $server $(ps -o pid= --ppid $server); echo held ;;
            go) kill -CONT $server $(ps -o pid= --ppid $server); echo going ;;
          esac
        done
        kill -INT $server
        wait $server || true
        rm -rf "$data"
        """;

    private static readonly SemaphoreSlim Starting = new(1);
    private static PostgresCluster? _running;
    private Process? _process;
    private bool _own;

    public string Folder { get; } = Directory.CreateTempSubdirectory("glovebox-pg-").FullName;

    /// <summary>The server of this process.</summary>
    public static async Task<PostgresCluster> GetAsync()
    {
        await Starting.WaitAsync();
        try
        {
            if (_running is not null) return _running;
            var cluster = new PostgresCluster();
            await cluster.StartAsync();
            return _running = cluster;
        }
        finally
        {
            Starting.Release();
        }
    }

    /// <summary>A server for one test, which may stop it.</summary>
    public static async Task<PostgresCluster> StartOwnAsync()
    {
        var cluster = new PostgresCluster { _own = true };
        await cluster.StartAsync();
        return cluster;
    }

    /// <summary>As after the loss of power: every connection is cut, and none is taken.</summary>
    public Task CrashAsync() => SayAsync("crash", "crashed");

    /// <summary>After <see cref="CrashAsync"/>.</summary>
    public Task BeginAsync() => SayAsync("begin", null);

    /// <summary>Connections stand, and nobody answers on them.</summary>
    public Task HoldAsync() => SayAsync("hold", "held");

    /// <summary>After <see cref="HoldAsync"/>.</summary>
    public Task GoAsync() => SayAsync("go", "going");

    /// <summary>Tables of a name of their own.</summary>
    public string Connection(string schema) =>
        $"Host={Path.Combine(Folder, "data")};Username=glovebox;Database=postgres;Search Path={schema};Maximum Pool Size=20;Timeout=30;Command Timeout=30";

    public async ValueTask DisposeAsync()
    {
        if (_own)
        {
            await StopAsync();
            return;
        }

        // The fixture that xunit makes is not the one that runs: that one is made when it is needed.
        if (Interlocked.Exchange(ref _running, null) is { } running) await running.StopAsync();
        if (_process is null && Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }

    private static string Programs() =>
        Directory.EnumerateDirectories("/usr/lib/postgresql").OrderByDescending(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture))
            .Select(path => Path.Combine(path, "bin")).First(path => File.Exists(Path.Combine(path, "postgres")));

    private async Task StartAsync()
    {
        string[] user = Environment.UserName == "root" ? ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"] : [];
        if (user.Length > 0)
        {
            // initdb makes the folder's content; it must own the folder.
            using var own = Process.Start("chown", ["postgres:postgres", Folder]);
            await own.WaitForExitAsync();
        }

        string[] command = [.. user, "sh", "-c", Script, "postgres", Programs(), Path.Combine(Folder, "data")];
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = "/",
        })!;
        var said = new List<string>();
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (!line.Contains("ready to accept connections", StringComparison.Ordinal)) continue;
            // Nobody reads on, and the pipe must not fill.
            _ = _process.StandardError.BaseStream.CopyToAsync(Stream.Null);
            return;
        }

        throw new InvalidOperationException("PostgreSQL did not start:\n" + string.Join('\n', said));
    }

    private async Task SayAsync(string word, string? answer)
    {
        await _process!.StandardInput.WriteLineAsync(word);
        await _process.StandardInput.FlushAsync();
        if (answer is null) return;
        var said = await _process.StandardOutput.ReadLineAsync();
        if (said != answer) throw new InvalidOperationException($"the server's keeper said '{said}' to '{word}'");
    }

    private async Task StopAsync()
    {
        _process!.StandardInput.Close();
        await _process.WaitForExitAsync();
        Directory.Delete(Folder, recursive: true);
        _process.Dispose();
    }
}
