using Glovebox.Api;
using Glovebox.Jobs.Specs;

namespace Glovebox.Tests.Jobs.Specs;

public sealed class ShellWordsTests
{
    [Theory]
    [InlineData("ls -lah", "ls|-lah")]
    [InlineData("  ls\t-l \n a ", "ls|-l|a")]
    [InlineData("echo 'a b' c", "echo|a b|c")]
    [InlineData("echo \"a b\" c", "echo|a b|c")]
    [InlineData("echo a' 'b\" \"c", "echo|a b c")]
    [InlineData("echo '' \"\"", "echo||")]
    [InlineData(@"echo a\ b \' \\", @"echo|a b|'|\")]
    [InlineData(@"echo '\n' ""\n \"" \\ \$X""", @"echo|\n|\n "" \ $X")]
    [InlineData("echo $HOME | cat > x; y && z `id` *", "echo|$HOME|||cat|>|x;|y|&&|z|`id`|*")]
    [InlineData("echo a\\\nb \"c\\\nd\"", "echo|ab|cd")]
    [InlineData("python -c 'print(\"x\")'", "python|-c|print(\"x\")")]
    public void A_text_is_split_as_a_shell_splits_it(string text, string words) => Assert.Equal(words, string.Join('|', ShellWords.Split("command", text)));

    [Theory]
    [InlineData("echo 'a")]
    [InlineData("echo \"a\\\"")]
    [InlineData("echo \\")]
    public void What_is_left_open_is_refused(string text) => Assert.StartsWith("command: ", Assert.Throws<RefusalException>(() => ShellWords.Split("command", text)).Message);

    [Fact]
    public void Nothing_is_no_word() => Assert.Empty(ShellWords.Split("command", "  "));
}
