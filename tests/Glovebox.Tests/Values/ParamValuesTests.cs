using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Values;

namespace Glovebox.Tests.Values;

public sealed class ParamValuesTests
{
    [Theory]
    [InlineData("lr=0.1", "0.1")]
    [InlineData("n=10", "10")]
    [InlineData("n=-3", "-3")]
    [InlineData("x=1e-3", "0.001")]
    [InlineData("name=adam", "\"adam\"")]
    [InlineData("version=1.2.3", "\"1.2.3\"")]
    [InlineData("on=true", "true")]
    [InlineData("none=null", "null")]
    [InlineData("empty=", "\"\"")]
    [InlineData("text='0.1'", "\"0.1\"")]
    [InlineData("list=[1, 2, a]", "[1,2,\"a\"]")]
    [InlineData("map={depth: 3, kind: gini}", "{\"depth\":3,\"kind\":\"gini\"}")]
    [InlineData("expr=a=b", "\"a=b\"")]
    [InlineData("inf=.inf", "\".inf\"")]
    [InlineData("hex=0x10", "\"0x10\"")]
    public void Values_are_typed_as_yaml_types_them(string pair, string json)
    {
        var values = ParamValues.Parse([pair]);

        Assert.Equal(json, values.Single().Value?.ToJsonString() ?? "null");
    }

    [Theory]
    [InlineData("lr")]
    [InlineData("=1")]
    [InlineData("x=[1, 2")]
    public void A_pair_that_is_none_is_refused_by_name(string pair)
    {
        var refusal = Assert.Throws<RefusalException>(() => ParamValues.Parse([pair]));

        Assert.Equal(RefusalKind.Bad, refusal.Kind);
        Assert.Contains(pair.Split('=')[0], refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_given_twice_is_refused() =>
        Assert.Contains("'a' is given twice", Assert.Throws<RefusalException>(() => ParamValues.Parse(["a=1", "a=2"])).Message, StringComparison.Ordinal);

    [Fact]
    public void Names_in_braces_are_filled_in_and_other_braces_stay()
    {
        var values = new JsonObject { ["lr"] = 0.1, ["name"] = "x y" };

        Assert.Equal(["--lr=0.1", "x y", "{other}", "{}"], ParamValues.Fill(["--lr={lr}", "{name}", "{other}", "{}"], values));
    }
}
