using Glovebox.Api;
using Glovebox.Server.Tests.Harness;

namespace Glovebox.Server.Tests.Jobs;

/// <summary>Whatever is wrong is said as problem details, and nothing is stored.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("", "empty")]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "object")]
    [InlineData("""{"image":"a"}""", "command")]
    [InlineData("""{"image":"a","command":["x"],"prioritty":1}""", "priority")]
    [InlineData("""{"image":"a","command":["x"],"priority":"high"}""", "priority")]
    [InlineData("""{"image":"a","command":["x"],"cron":"bad"}""", "cron")]
    public async Task A_wrong_body_is_refused_with_the_place(string body, string named)
    {
        await using var served = await Served.StartAsync();
        Assert.Contains(named, (await served.PostAsync("/v1/tasks/a/jobs", body)).Refused(400));
        Assert.Empty(served.Jobs.Jobs);
    }

    [Fact]
    public async Task Deep_JSON_is_refused()
    {
        await using var served = await Served.StartAsync();
        var deep = $$"""{"image":"a","command":["x"],"metadata":{{string.Concat(Enumerable.Repeat("{\"a\":", 5000))}}1{{new string('}', 5000)}}}""";
        Assert.Contains("deep", (await served.PostAsync("/v1/tasks/a/jobs", deep)).Refused(400));
    }

    [Fact]
    public async Task A_large_body_is_refused()
    {
        await using var served = await Served.StartAsync();
        var large = $$"""{"image":"a","command":["{{new string('x', 10 << 20)}}"]}""";
        Assert.Contains("2 MB", (await served.PostAsync("/v1/tasks/a/jobs", large)).Refused(413));
        Assert.Empty(served.Jobs.Jobs);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("")]
    public async Task Another_media_type_is_refused(string media)
    {
        await using var served = await Served.StartAsync();
        Assert.Contains("application/json", (await served.SendAsync(HttpMethod.Post, "/v1/tasks/a/jobs", "{}", media)).Refused(415));
    }

    [Fact]
    public async Task Unknown_paths_methods_and_parameters_are_told_apart()
    {
        await using var served = await Served.StartAsync();
        Assert.Contains("/v1/nothing", (await served.GetAsync("/v1/nothing")).Refused(404));
        Assert.Contains("GET", (await served.PostAsync("/v1/jobs")).Refused(405));
        Assert.Contains("did you mean 'status'", (await served.GetAsync("/v1/jobs?statsu=failed")).Refused(400));
        Assert.Contains("timed_out", (await served.GetAsync("/v1/jobs?status=timedout")).Refused(400));
        Assert.Contains("1 to 1000", (await served.GetAsync("/v1/jobs?limit=0")).Refused(400));
        Assert.Contains("twice", (await served.GetAsync("/v1/jobs?limit=1&limit=2")).Refused(400));
    }

    [Theory]
    [InlineData(RefusalKind.Bad, 400)]
    [InlineData(RefusalKind.NotFound, 404)]
    [InlineData(RefusalKind.Conflict, 409)]
    [InlineData(RefusalKind.Unable, 503)]
    public async Task A_refusal_of_the_feature_has_its_status(RefusalKind kind, int status)
    {
        await using var served = await Served.StartAsync();
        served.Jobs.Failure = new RefusalException(kind, "the reason");
        Assert.Equal("the reason", (await served.GetAsync("/v1/jobs")).Refused(status));
    }

    [Fact]
    public async Task A_bug_tells_no_secrets()
    {
        await using var served = await Served.StartAsync();
        served.Jobs.Failure = new InvalidOperationException("password=x");
        Assert.DoesNotContain("password", (await served.GetAsync("/v1/jobs")).Refused(500));
    }

    [Fact]
    public async Task Health_follows_the_store()
    {
        await using var served = await Served.StartAsync();
        (await served.GetAsync("/healthz")).Ok();
        served.Jobs.Failure = RefusalException.Unable("the database is away");
        (await served.GetAsync("/healthz")).Refused(503);
    }

    [Fact]
    public async Task A_port_in_use_is_refused()
    {
        await using var served = await Served.StartAsync();
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => Served.StartAsync(url: served.Url.AbsoluteUri));
        Assert.Contains("in use", refusal.Message);
    }
}
