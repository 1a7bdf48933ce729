using Glovebox.Api;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Glovebox.Projects.Yaml;

/// <summary>A YAML file that knows where everything stands, so that each complaint has its line and column.</summary>
/// <param name="path">For messages.</param>
public sealed class YamlSource(string path)
{
    private const int LargestFile = 1024 * 1024;

    /// <summary>Reads the file's one mapping; an empty file is an empty mapping.</summary>
    /// <exception cref="RefusalException">Unreadable, not YAML, or not a mapping.</exception>
    public static YamlMap ReadFile(string path)
    {
        string text;
        try
        {
            if (new FileInfo(path).Length > LargestFile)
                throw RefusalException.Bad($"{path}: larger than 1 MiB: this is not a project file");
            text = File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw RefusalException.Bad($"{path}: cannot be read: {failure.Message}");
        }
        return new YamlSource(Path.GetFileName(path)).Parse(text);
    }

    public YamlMap Parse(string text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException wrong)
        {
            throw At(wrong.Start, wrong.InnerException?.Message ?? wrong.Message);
        }
        if (stream.Documents.Count > 1) throw At(stream.Documents[1].RootNode.Start, "a second document: one file holds one");
        var root = stream.Documents.Count == 0 ? new YamlMappingNode() : stream.Documents[0].RootNode;
        return IsNull(root) ? new YamlMap(this, new YamlMappingNode(), "the file") : Map(root, "the file");
    }

    public YamlMap Map(YamlNode node, string what) =>
        node is YamlMappingNode map ? new YamlMap(this, map, what) : throw Wrong(node, what, "a mapping (KEY: VALUE)");

    public string Text(YamlNode node, string what)
    {
        if (IsNull(node)) throw At(node.Start, $"{what} has no value");
        return node is YamlScalarNode scalar ? scalar.Value ?? "" : throw Wrong(node, what, "a text");
    }

    public IReadOnlyList<YamlNode> List(YamlNode node, string what) =>
        node is YamlSequenceNode list ? [.. list.Children] : throw Wrong(node, what, "a list");

    public RefusalException Wrong(YamlNode node, string what, string wanted) =>
        At(node.Start, $"{what} must be {wanted}, not {Kind(node)}");

    public RefusalException At(Mark mark, string message) => RefusalException.Bad($"{path}:{mark.Line}:{mark.Column}: {message}");

    /// <summary>An unquoted nothing, <c>~</c> or <c>null</c>.</summary>
    public static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    private static string Kind(YamlNode node) => node switch
    {
        YamlMappingNode => "a mapping",
        YamlSequenceNode => "a list",
        _ when IsNull(node) => "nothing",
        YamlScalarNode scalar => $"'{scalar.Value}'",
        _ => "this",
    };
}
