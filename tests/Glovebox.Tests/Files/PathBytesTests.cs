using FsCheck;
using FsCheck.Fluent;
using Glovebox.Files;

namespace Glovebox.Tests.Files;

public sealed class PathBytesTests
{
    private static readonly Arbitrary<byte[]> Bytes = ArbMap.Default.ArbFor<byte[]>()
        .MapFilter(bytes => bytes.Where(one => one != 0).ToArray(), bytes => !bytes.Contains((byte)0));

    [Fact]
    public void Every_name_has_one_string_and_comes_back() =>
        Prop.ForAll(Bytes, bytes => PathBytes.FromText(PathBytes.ToText(bytes)).AsSpan().SequenceEqual(bytes)).QuickCheckThrowOnFailure();

    [Fact]
    public void Strings_are_in_the_order_of_their_bytes() => Prop.ForAll(Bytes, Bytes, (left, right) =>
        Math.Sign(left.AsSpan().SequenceCompareTo(right)) == Math.Sign(PathBytes.Compare(PathBytes.ToText(left), PathBytes.ToText(right))))
        .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("é日😀", "é日😀")]
    public void Text_stays_text(string text, string same) => Assert.Equal(same, PathBytes.ToText(PathBytes.FromText(text)));

    [Fact]
    public void Bytes_that_are_no_text_are_lone_surrogates() => Assert.Equal("a\uDCFF\uDCEDb", PathBytes.ToText([(byte)'a', 0xFF, 0xED, (byte)'b']));

    [Fact]
    public void A_surrogate_that_stands_for_no_byte_is_refused()
    {
        Assert.Throws<ArgumentException>(() => PathBytes.FromText("a\uD800"));
        Assert.Throws<ArgumentException>(() => PathBytes.FromText("a\uDC00"));
    }
}
