using Glovebox.Api;
using Glovebox.Query;
using Glovebox.Runs;

namespace Glovebox.Tests.Runs.Query;

public sealed class ConditionParserTests
{
    [Fact]
    public void And_binds_tighter_than_or_and_not_tighter_than_both()
    {
        var parsed = Assert.IsType<AnyOf>(ConditionParser.Parse("status=failed or not exitCode=0 and params.C<1", RunFields.Catalog));

        Assert.IsType<Comparison>(parsed.Parts[0]);
        var all = Assert.IsType<AllOf>(parsed.Parts[1]);
        Assert.IsType<Not>(all.Parts[0]);
        Assert.Equal(Operator.Less, Assert.IsType<Comparison>(all.Parts[1]).Operator);
    }

    [Fact]
    public void Metrics_keep_their_dots_and_params_nest()
    {
        Assert.Equal(["metrics", "val.loss"], Assert.IsType<Comparison>(ConditionParser.Parse("metrics.val.loss>1", RunFields.Catalog)).Field.Path);
        Assert.Equal(["params", "model", "depth"], Assert.IsType<Comparison>(ConditionParser.Parse("params.model.depth=3", RunFields.Catalog)).Field.Path);
    }

    [Theory]
    [InlineData("message='it''s'", "expected 'and', 'or' or the end")]
    [InlineData("stat=1", "did you mean 'status'")]
    [InlineData("metrcs.a=1", "did you mean 'metrics.a'")]
    [InlineData("status", "expected an operator")]
    [InlineData("status=", "expected a value")]
    [InlineData("(status=failed", "expected ')'")]
    [InlineData("status=failed and", "expected a field")]
    [InlineData("status!failed", "is no operator")]
    [InlineData("message='abc", "has no closing '")]
    [InlineData("", "expected a field")]
    public void A_wrong_condition_is_refused_with_place_and_reason(string text, string reason)
    {
        var refusal = Assert.Throws<RefusalException>(() => ConditionParser.Parse(text, RunFields.Catalog));

        Assert.Equal(RefusalKind.Bad, refusal.Kind);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }
}
