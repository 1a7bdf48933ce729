using System.Text;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Jobs.Specs;

namespace Glovebox.Tests.Jobs.Specs;

public sealed class FastlaneSpecReaderTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_645_000_000);

    [Fact]
    public void Everything_its_clients_send_is_understood()
    {
        var spec = Read("""
            {"image":"ubuntu:latest","command":"ls -lah 'a b'","envs":{"K":"V","N":3},"startIn":"2h30m50s","metadata":{"any":"thing"},
             "notify":{"succeeds":["a@x.org"],"fails":["b@x.org"],"finishes":["c@x.org"]},
             "webhooks":{"succeeds":[{"url":"http://h/","headers":{"T":"x"},"retries":3}],"fails":[],"finishes":[]},
             "retries":4,"expiration":1645113692,"timeout":3600,"additionalDNSEntries":{"host":"1.2.3.4"}}
            """);
        Assert.Equal("ubuntu:latest", spec.Image);
        Assert.Equal(["ls", "-lah", "a b"], spec.Command);
        Assert.Equal("3", spec.Variables["N"]);
        Assert.Equal(9050, spec.StartIn);
        Assert.Equal("thing", (string)spec.Metadata["any"]!);
        Assert.Equal("c@x.org", Assert.Single(spec.Notify.Finishes));
        Assert.Equal(3, Assert.Single(spec.Webhooks.Succeeds).Retries);
        Assert.Equal(4, spec.Retry.Limit);
        Assert.Equal(new Dictionary<string, int> { ["exit_code"] = 4 }, spec.Retry.Classes);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_645_113_692), spec.ExpiresAt);
        Assert.Equal(3600, spec.Limits.TimeoutSeconds);
        Assert.Equal("1.2.3.4", spec.ExtraHosts["host"]);
        Assert.Equal(NetworkMode.Host, spec.Network);
    }

    [Fact]
    public void Times_are_Unix_seconds_and_cron_is_in_UTC()
    {
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_645_113_692), Read("""{"image":"i","command":"c","startAt":1645113692}""").StartAt);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_645_113_692), Read("""{"image":"i","command":"c","startAt":"1645113692"}""").StartAt);
        var scheduled = Read("""{"image":"i","command":"c","cron":"*/10 * * * *"}""");
        Assert.Equal(("*/10 * * * *", null), (scheduled.Cron, scheduled.TimeZone));
    }

    [Theory]
    [InlineData("""{"command":"c"}""", "image: missing")]
    [InlineData("""{"image":"i"}""", "command: missing")]
    [InlineData("""{"image":"i","command":"c","envs":[]}""", "envs: expected an object")]
    [InlineData("""{"image":"i","command":"c","envs":{"A=":"x"}}""", "envs.A=: ")]
    [InlineData("""{"image":"i","command":"c","startIn":"garbage"}""", "startIn: ")]
    [InlineData("""{"image":"i","command":"c","startAt":1}""", "startAt: 1970-01-01T00:00:01Z is past")]
    [InlineData("""{"image":"i","command":"c","startAt":"soon"}""", "startAt: expected Unix seconds, found a text")]
    [InlineData("""{"image":"i","command":"c","startAt":1e300}""", "startAt: not a time in Unix seconds")]
    [InlineData("""{"image":"i","command":"c","startAt":1645113692,"cron":"* * * * *"}""", "startAt: not together with cron")]
    [InlineData("""{"image":"i","command":"c","expiration":1}""", "expiration: 1970-01-01T00:00:01Z is past")]
    [InlineData("""{"image":"i","command":"c","retries":-1}""", "retries: -1 is not between")]
    [InlineData("""{"image":"i","command":"c","retries":"many"}""", "retries: expected a whole number")]
    [InlineData("""{"image":"i","command":"c","timeout":0}""", "timeout: 0 is not between")]
    [InlineData("""{"image":"i","command":"c","additionalDNSEntries":{"h":"x"}}""", "additionalDNSEntries.h: ")]
    [InlineData("""{"image":"i","command":"c","webhooks":{"fails":[{"url":"x"}]}}""", "webhooks.fails[0].url: ")]
    [InlineData("""{"image":"i","command":"c","env":{}}""", "env: no such field; did you mean 'envs'?")]
    [InlineData("""{"image":"i","command":"c","cron":"* *"}""", "cron: ")]
    public void A_wrong_field_is_named_as_it_was_written(string body, string message) =>
        Assert.StartsWith(message, Assert.Throws<RefusalException>(() => Read(body)).Message);

    private static Glovebox.Api.Jobs.JobSpec Read(string json) => FastlaneSpecReader.Read(Encoding.UTF8.GetBytes(json), Now);
}
