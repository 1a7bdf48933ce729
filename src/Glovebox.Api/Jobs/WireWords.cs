using System.Text.Json;

namespace Glovebox.Api.Jobs;

/// <summary>The words of our enumerations as JSON and the command line have them: <c>out_of_memory</c>, <c>timed_out</c>, <c>skip</c>.</summary>
public static class WireWords
{
    public static string Of<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>Every word, in the order of declaration.</summary>
    public static IReadOnlyList<string> All<T>() where T : struct, Enum => [.. Enum.GetValues<T>().Select(Of)];

    /// <returns>Null when there is no such word.</returns>
    public static T? Find<T>(string word) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
            if (Of(value) == word) return value;
        return null;
    }
}
