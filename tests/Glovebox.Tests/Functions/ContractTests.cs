using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Functions.Contracts;
using Glovebox.Tests.Files;

namespace Glovebox.Tests.Functions;

/// <summary>How code is called, found in it.</summary>
public sealed class ContractTests : IDisposable
{
    private static readonly RuntimeSpec Plain = new() { Environment = "host" };
    private static readonly FunctionSpec Spec = new() { Runtime = "r" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("handler.py", "def handle(params):\n    pass\n", ContractKind.Python, "handler.handle")]
    [InlineData("dice.py", "async def handle(params, context):\n    pass\n", ContractKind.Python, "dice.handle")]
    [InlineData("dice.py", "from other import handle\n", ContractKind.Python, "dice.handle")]
    [InlineData("handler.js", "module.exports = p => p", ContractKind.Node, "handler.js")]
    [InlineData("only.mjs", "export default p => p", ContractKind.Node, "only.mjs")]
    public void One_file_says_it(string file, string text, ContractKind kind, string handler)
    {
        Write(file, text);
        var contract = Detect();
        Assert.Equal((kind, handler), (contract.Kind, contract.Handler));
        Assert.Contains(file, contract.Detected);
    }

    [Fact]
    public void A_program_is_found_by_its_mode()
    {
        Write("go", "#!/bin/sh\ncat\n");
        Assert.Throws<RefusalException>(() => Detect());
        File.SetUnixFileMode(Path.Combine(_folder.Path, "go"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Equal(ContractKind.Executable, Detect().Kind);
    }

    [Fact]
    public void A_handler_is_named_in_the_words_of_its_language()
    {
        Write("app/web.py", "def hello(params):\n    pass\n");
        Write("lib.js", "exports.go = p => p");
        Assert.Equal((ContractKind.Python, "app.web.hello"), Named("app.web.hello"));
        Assert.Equal((ContractKind.Node, "lib.js.go"), Named("lib.go"));
        Assert.Contains("has no function 'bye'", Assert.Throws<RefusalException>(() => Named("app.web.bye")).Message);
        Assert.Contains("lib.js", Assert.Throws<RefusalException>(() => Named("none.handle")).Message);
        Assert.Throws<RefusalException>(() => Named("../etc/passwd"));
    }

    [Fact]
    public void What_could_be_meant_in_two_ways_is_refused()
    {
        Write("one.py", "def handle(p): pass\n");
        Write("two.py", "def handle(p): pass\n");
        Assert.Contains("one.py, two.py", Assert.Throws<RefusalException>(() => Detect()).Message);
        Write("handler.py", "def handle(p): pass\n");
        Assert.Equal("handler.handle", Detect().Handler);
    }

    [Fact]
    public void A_runtime_with_a_command_is_the_thesiss_or_a_server()
    {
        Write("test.py", "");
        Assert.Equal(ContractKind.Thesis, ContractDetection.Detect(_folder.Path, Spec, Plain with { Run = "python3 test.py" }).Kind);
        Assert.Equal(ContractKind.Http, ContractDetection.Detect(_folder.Path, Spec, Plain with { Run = "python3 -m http.server $PORT" }).Kind);
        Assert.Throws<RefusalException>(() => ContractDetection.Detect(_folder.Path, Spec with { Handler = "test.handle" }, Plain with { Run = "x" }));
    }

    private (ContractKind, string) Named(string handler)
    {
        var contract = ContractDetection.Detect(_folder.Path, Spec with { Handler = handler }, Plain);
        return (contract.Kind, contract.Handler);
    }

    private Contract Detect() => ContractDetection.Detect(_folder.Path, Spec, Plain);

    private void Write(string file, string text)
    {
        var path = Path.Combine(_folder.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
