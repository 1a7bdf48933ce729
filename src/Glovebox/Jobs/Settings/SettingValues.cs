using System.Globalization;
using Glovebox.Api.Values;
using Glovebox.Projects.Yaml;
using YamlDotNet.RepresentationModel;

namespace Glovebox.Jobs.Settings;

/// <summary>Values of settings, strictly read; null where a key is absent.</summary>
internal static class SettingValues
{
    public static string Needed(YamlMap map, string key, string what) =>
        map.Text(key) is { Length: > 0 } text ? text : throw map.Source.At(map.Find(key)?.Start ?? map.Entries().FirstOrDefault().Key?.Start ?? default, $"{what} needs '{key}'");

    public static IEnumerable<(YamlNode Node, string Text)> Texts(YamlMap map, string key) => map.Find(key) is { } node
        ? map.Source.List(node, key).Select(item => (item, map.Source.Text(item, $"an item of {key}")))
        : [];

    public static int? Whole(YamlMap map, string key, int least, int most)
    {
        if (map.Text(key) is not { } text) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        throw map.Source.At(map.Find(key)!.Start, $"{key} must be a whole number, {least} to {most}, not '{text}'");
    }

    public static bool? Flag(YamlMap map, string key) => map.Text(key) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        var text => throw map.Source.At(map.Find(key)!.Start, $"{key} must be true or false, not '{text}'"),
    };

    public static long? Size(YamlMap map, string key)
    {
        if (map.Text(key) is not { } text) return null;
        return SizeText.TryParse(text, out var bytes) ? bytes : throw map.Source.At(map.Find(key)!.Start, $"{key} must be a size such as 512m or 10g, not '{text}'");
    }

    public static TimeSpan? Duration(YamlMap map, string key)
    {
        if (map.Text(key) is not { } text) return null;
        return DurationText.TryParse(text, out var time) ? time : throw map.Source.At(map.Find(key)!.Start, $"{key} must be a time such as 30m or 1h30m, not '{text}'");
    }
}
