using Glovebox.Api;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Tests.Values;

public sealed class ValuesTests
{
    [Theory]
    [InlineData("1", 1)]
    [InlineData("6b", 6)]
    [InlineData("512m", 512L << 20)]
    [InlineData("2g", 2L << 30)]
    [InlineData("2G", 2L << 30)]
    [InlineData("2GiB", 2L << 30)]
    [InlineData("1.5kb", 1536)]
    [InlineData("3t", 3L << 40)]
    public void A_size_is_read_in_powers_of_1024(string text, long bytes) => Assert.Equal(bytes, Sizes.Parse("--memory", text));

    [Theory]
    [InlineData("")]
    [InlineData("g")]
    [InlineData("2x")]
    [InlineData("-1g")]
    [InlineData("0")]
    [InlineData("1,5g")]
    [InlineData("1.g")]
    [InlineData(".5g")]
    [InlineData("2 g")]
    [InlineData("1e3")]
    [InlineData("2gg")]
    [InlineData("2bb")]
    [InlineData("9999999t")]
    [InlineData("99999999999999999999999999999999999")]
    public void A_wrong_size_is_refused_with_the_option_and_the_right_form(string text)
    {
        var refusal = Assert.Throws<RefusalException>(() => Sizes.Parse("--memory", text));
        Assert.Equal(RefusalKind.Bad, refusal.Kind);
        Assert.Contains("--memory", refusal.Message);
        Assert.Contains("512m", refusal.Message);
    }

    [Theory]
    [InlineData("10s", 10)]
    [InlineData("5m", 300)]
    [InlineData("1h30m", 5400)]
    [InlineData("2d", 172_800)]
    [InlineData("1d1h1m1s", 90_061)]
    [InlineData("500ms", 0.5)]
    [InlineData("90m", 5400)]
    public void A_duration_is_read(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Durations.Parse("--timeout", text));

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("1.5h")]
    [InlineData("30m1h")]
    [InlineData("1h1h")]
    [InlineData("0s")]
    [InlineData("-5m")]
    [InlineData("5 m")]
    [InlineData("5w")]
    [InlineData("5sm")]
    [InlineData("99999999999999999999d")]
    [InlineData("9999999999d")]
    public void A_wrong_duration_is_refused(string text) => Assert.Throws<RefusalException>(() => Durations.Parse("--timeout", text));

    [Theory]
    [InlineData("2h", "2026-03-01T10:00:00Z")]
    [InlineData("2026-02-01", "2026-02-01T00:00:00Z")]
    [InlineData("2026-02-01T10:00:00Z", "2026-02-01T10:00:00Z")]
    [InlineData("2026-02-01T10:00:00.25+02:00", "2026-02-01T08:00:00.25Z")]
    public void A_time_is_an_age_or_a_date(string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected), Instants.Parse("--since", text, new FakeClock()));

    [Theory]
    [InlineData("yesterday")]
    [InlineData("01/02/2026")]
    [InlineData("2026-13-01")]
    public void A_wrong_time_is_refused(string text) => Assert.Throws<RefusalException>(() => Instants.Parse("--since", text, new FakeClock()));

    [Theory]
    [InlineData("K=V", "K", "V")]
    [InlineData("K=", "K", "")]
    [InlineData("K=a=b", "K", "a=b")]
    [InlineData("K= [1, 2]", "K", " [1, 2]")]
    public void A_pair_is_split_at_the_first_equals_sign(string text, string name, string value) =>
        Assert.Equal((name, value), Pairs.Parse("--param", text));

    [Theory]
    [InlineData("K")]
    [InlineData("=V")]
    [InlineData("")]
    public void A_pair_without_a_name_is_refused(string text) => Assert.Throws<RefusalException>(() => Pairs.Parse("--param", text));

    [Fact]
    public void A_name_given_twice_is_refused() => Assert.Throws<RefusalException>(() => Pairs.ParseAll("--param", ["a=1", "a=2"]));

    [Fact]
    public void A_secret_comes_from_the_environment_and_must_be_there()
    {
        Assert.Equal("v", Pairs.FromEnvironment("--secret", ["K"], _ => "v")["K"]);
        Assert.Contains("not set", Assert.Throws<RefusalException>(() => Pairs.FromEnvironment("--secret", ["K"], _ => null)).Message);
        var given = Assert.Throws<RefusalException>(() => Pairs.FromEnvironment("--secret", ["K=hush"], _ => "v"));
        Assert.DoesNotContain("hush", given.Message);
    }
}
