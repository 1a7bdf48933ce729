using Glovebox.Spelling;
using YamlDotNet.RepresentationModel;

namespace Glovebox.Projects.Yaml;

/// <summary>A mapping of a YAML file. A key whose value is empty counts as absent.</summary>
/// <param name="What">What it is, for messages: <c>environment 'default'</c>.</param>
public sealed class YamlMap(YamlSource source, YamlMappingNode node, string what)
{
    public YamlSource Source { get; } = source;

    /// <summary>Refuses any key that is not among the known ones.</summary>
    public YamlMap Only(params IReadOnlyList<string> known)
    {
        foreach (var (key, name) in Keys())
        {
            if (!known.Contains(name))
                throw Source.At(
                    key.Start, $"{what} has no key '{name}'.{NearNames.Question(name, known)} Its keys are: {string.Join(", ", known)}");
        }
        return this;
    }

    public YamlNode? Find(string name) =>
        Keys().FirstOrDefault(key => key.Name == name) is { Key: { } found } && node.Children[found] is var value
            && !YamlSource.IsNull(value)
            ? value
            : null;

    public string? Text(string name) => Find(name) is { } value ? Source.Text(value, name) : null;

    public YamlMap? Map(string name) => Find(name) is { } value ? Source.Map(value, name) : null;

    /// <summary>Every key with its value, in the order of the file.</summary>
    public IEnumerable<(YamlNode Key, string Name, YamlNode Value)> Entries() =>
        Keys().Select(key => (key.Key, key.Name, node.Children[key.Key]));

    private IEnumerable<(YamlNode Key, string Name)> Keys() =>
        node.Children.Keys.Select(
            key => (key, key is YamlScalarNode scalar ? scalar.Value ?? "" : throw Source.Wrong(key, $"a key of {what}", "a text")));
}
