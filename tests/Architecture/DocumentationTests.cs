using System.CommandLine;
using Glovebox.Api.Access;
using Glovebox.Api.Doctor;
using Glovebox.Api.Environments;
using Glovebox.Api.Experiments;
using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;
using Glovebox.Api.Runs;
using Glovebox.Api.Sharing;
using Glovebox.Api.Snapshots;
using Glovebox.Api.Storage;
using Glovebox.Cli;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;
using Glovebox.Cli.Serve;

namespace Glovebox.Architecture;

/// <summary>docs/cli.md names everything that can be typed.</summary>
public sealed class DocumentationTests : IDisposable
{
    private readonly Screen _screen = new(Stream.Null, Stream.Null, null, null, colour: false);
    private readonly Interrupts _interrupts = new();
    private readonly SourceFile _reference = Repository.Files.Single(file => file.Path == "docs/cli.md");

    public void Dispose()
    {
        _screen.Dispose();
        _interrupts.Dispose();
    }

    [Fact]
    public void Every_verb_is_in_the_reference() =>
        Offenders.None(Verbs().Select(verb => verb.Path).Where(path => !_reference.Text.Contains($"`{path}")));

    [Fact]
    public void Every_option_is_in_the_reference()
    {
        var missing =
            from verb in Verbs()
            from option in verb.Command.Options
            from name in option.Aliases.Append(option.Name)
            where !Section(verb.Path).Contains(name)
            select $"{verb.Path}: {name}";
        Offenders.None(missing);
    }

    [Fact]
    public void Every_exit_code_is_in_the_reference()
    {
        int[] codes = [.. typeof(ExitCode).GetFields().Where(field => field.IsLiteral).Select(field => (int)field.GetRawConstantValue()!)];
        Offenders.None(codes.Where(code => !_reference.Lines.Any(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Split('|')[1].Contains(code.ToString()))));
    }

    /// <summary>From the verb's heading to the next one.</summary>
    private string Section(string path)
    {
        var start = Array.FindIndex(_reference.Lines, line => line.StartsWith('#') && line.Contains($"`{path}"));
        return start < 0 ? "" : string.Join('\n', _reference.Lines.Skip(start + 1).TakeWhile(line => !line.StartsWith('#')));
    }

    private IEnumerable<(string Path, Command Command)> Verbs()
    {
        var context = new CommandContext(new NoFeatures(), _screen, TimeProvider.System, "/", _ => null, _interrupts);
        return Below(CommandTree.Create(context, null), "glovebox");
    }

    private static IEnumerable<(string Path, Command Command)> Below(Command command, string path) => command.Subcommands.SelectMany(sub =>
        sub.Hidden ? [] : sub is Verb ? [($"{path} {sub.Name}", sub)] : Below(sub, $"{path} {sub.Name}"));

    /// <summary>The words are looked at; nothing is called.</summary>
    private sealed class NoFeatures : IFeatures
    {
        public IRuns Runs => throw new NotSupportedException();
        public ISnapshots Snapshots => throw new NotSupportedException();
        public IEnvironments Environments => throw new NotSupportedException();
        public IImages Images => throw new NotSupportedException();
        public IExperiments Experiments => throw new NotSupportedException();
        public IGarbage Garbage => throw new NotSupportedException();
        public IVerification Verification => throw new NotSupportedException();
        public IJobs Jobs => throw new NotSupportedException();
        public IFunctions Functions => throw new NotSupportedException();
        public ITokenAccess Tokens => throw new NotSupportedException();
        public ISharing Sharing => throw new NotSupportedException();
        public IServe Serve => throw new NotSupportedException();
        public LocalServer? LocalServer => throw new NotSupportedException();
        public IReadOnlyList<ICheck> Checks => throw new NotSupportedException();
    }
}
