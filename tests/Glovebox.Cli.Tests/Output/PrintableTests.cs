using Glovebox.Cli.Output;

namespace Glovebox.Cli.Tests.Output;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\nb\tc", "a\\nb\\tc")]
    [InlineData("\e[2J", "\\x1b[2J")]
    [InlineData("ü 🧪", "ü 🧪")]
    [InlineData("\u009b31m", "\\x9b31m")]
    public void Control_characters_and_bytes_that_are_no_text_are_shown_escaped(string text, string shown) =>
        Assert.Equal(shown, Printable.Line(text));

    [Fact]
    public void A_byte_that_is_no_utf8_is_shown_as_that_byte() => Assert.Equal("x\\xffy", Printable.Line("x\uDCFFy"));

    [Theory]
    [InlineData("a b", "'a b'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("", "''")]
    [InlineData("x=1", "x=1")]
    [InlineData("a\nb", "$'a\\nb'")]
    public void A_command_can_be_pasted_into_a_shell(string word, string shown) => Assert.Equal($"c {shown}", Printable.Command(["c", word]));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(182L << 20, "182 MiB")]
    [InlineData(5L << 40, "5.0 TiB")]
    public void A_size_has_a_unit(long bytes, string shown) => Assert.Equal(shown, Units.Size(bytes));

    [Theory]
    [InlineData(0.0123, "12 ms")]
    [InlineData(2.44, "2.4 s")]
    [InlineData(61, "1 min 1 s")]
    [InlineData(3700, "1 h 1 min")]
    [InlineData(90_000, "1 d 1 h")]
    public void A_duration_has_at_most_two_units(double seconds, string shown) => Assert.Equal(shown, Units.Duration(seconds));

    [Fact]
    public void A_path_that_is_no_text_does_not_break_json()
    {
        using var cli = new Cli();
        cli.Features.Runs.Run = Sample.Run() with { WorkingDirectory = "a\uDCFFb" };
        Assert.Equal(0, cli.Run("runs", "show", "3fa2", "--json"));
    }
}
