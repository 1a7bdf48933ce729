using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;
using Glovebox.Storage.Postgres;
using Glovebox.Storage.Postgres.Jobs;
using Glovebox.Storage.Sql.Jobs;

namespace Glovebox.Tests.Conformance.Stores;

/// <summary>PostgreSQL away, cut off, and shared by processes.</summary>
public sealed class PostgresOutageTests() : JobSuite(new PostgresSite())
{
    [Fact]
    public async Task A_database_that_is_away_is_named_without_its_password()
    {
        await using var database = new PostgresJobDatabase("Host=127.0.0.1;Port=1;Database=jobs;Username=u;Password=hunter2", TimeProvider.System);
        var stores = new JobStores(database);

        foreach (var refusal in new[]
        {
            await Assert.ThrowsAsync<RefusalException>(() => stores.Jobs.SubmitAsync(NewJob("t", Spec()), None)),
            await Assert.ThrowsAsync<RefusalException>(() => stores.Jobs.CountAsync(Now, None)),
        })
        {
            Assert.Equal(RefusalKind.Unable, refusal.Kind);
            Assert.Contains("127.0.0.1:1/jobs", refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_server_that_is_silent_is_given_up_soon_unless_the_connection_string_says_otherwise()
    {
        var plain = new Npgsql.NpgsqlConnectionStringBuilder(new PostgresServer("Host=h").Source.ConnectionString);
        var asked = new Npgsql.NpgsqlConnectionStringBuilder(new PostgresServer("Host=h;Timeout=77;CommandTimeout=78;Keepalive=0").Source.ConnectionString);

        Assert.Equal((5, 10, 5), (plain.Timeout, plain.CommandTimeout, plain.KeepAlive));
        Assert.Equal((77, 78, 0), (asked.Timeout, asked.CommandTimeout, asked.KeepAlive));
    }

    [Fact]
    public void A_connection_string_that_cannot_be_read_is_not_repeated()
    {
        var refusal = Assert.Throws<RefusalException>(() => new PostgresJobDatabase("Port=hunter2", TimeProvider.System));

        Assert.Equal(RefusalKind.Bad, refusal.Kind);
        Assert.DoesNotContain("hunter2", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_process_hears_of_a_commit_and_of_everything_after_its_connection_was_cut()
    {
        var other = await Site.OpenAsync();
        using var heard = new SemaphoreSlim(0);
        var last = JobSignals.None;
        using var listening = other.Queue.Listen(signals =>
        {
            last = signals;
            heard.Release();
        });
        // What is said when the connection stands.
        await heard.WaitAsync();
        Assert.Equal(JobSignals.All, last);
        await SubmitAsync();
        while (!last.HasFlag(JobSignals.Work) || last == JobSignals.All) await heard.WaitAsync();

        await CutAsync();

        while (last != JobSignals.All) await heard.WaitAsync();
        await SubmitAsync();
        Assert.Equal(2, (await other.Queue.ClaimAsync(new Claim("n", 10, [], Now), None)).Count);
    }

    /// <summary>Ends every connection to the tables of this test, as a restart of the server does.</summary>
    private async Task CutAsync()
    {
        var cluster = await PostgresCluster.GetAsync();
        await using var connection = new Npgsql.NpgsqlConnection(cluster.Connection("public") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'glovebox listener'";
        await command.ExecuteNonQueryAsync();
    }
}
