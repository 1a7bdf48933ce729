using System.Text.Json.Nodes;
using Glovebox.Snapshots.Diff;

namespace Glovebox.Tests.Snapshots.Diff;

public sealed class ValueDiffTests
{
    [Theory]
    [InlineData("""{"x":1}""", """{"x":1.5}""", 0.5, 50.0)]
    [InlineData("""{"x":-2}""", """{"x":-1}""", 1.0, 50.0)]
    [InlineData("""{"x":0}""", """{"x":3}""", 3.0, null)]
    [InlineData("""{"x":"NaN"}""", """{"x":3}""", null, null)]
    [InlineData("""{"x":true}""", """{"x":false}""", null, null)]
    [InlineData("{}", """{"x":3}""", null, null)]
    [InlineData("""{"x":1e308}""", """{"x":-1e308}""", null, null)]
    public void Two_numbers_have_a_difference(string a, string b, double? delta, double? percent)
    {
        var item = Assert.Single(ValueDiff.Of((JsonObject)JsonNode.Parse(a)!, (JsonObject)JsonNode.Parse(b)!, "m."));

        Assert.Equal(("m.x", delta, percent), (item.Name, item.Delta, item.Percent));
    }

    [Fact]
    public void Nested_names_are_joined_and_equal_values_left_out()
    {
        var items = ValueDiff.Of(
            new JsonObject { ["a"] = new JsonObject { ["b"] = 1, ["c"] = 2 }, ["same"] = "x" },
            new JsonObject { ["a"] = new JsonObject { ["b"] = 3, ["c"] = 2 }, ["same"] = "x", ["new"] = null });

        Assert.Equal(["a.b", "new"], items.Select(item => item.Name));
        Assert.Equal((null, "null"), (items[1].A, items[1].B));
    }
}
