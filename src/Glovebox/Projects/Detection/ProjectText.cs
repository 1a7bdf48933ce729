using Glovebox.Api;

namespace Glovebox.Projects.Detection;

/// <summary>Small text files of a project, read whole.</summary>
internal static class ProjectText
{
    public static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw RefusalException.Bad($"{Path.GetFileName(path)}: cannot be read: {failure.Message}");
        }
    }

    /// <summary>Lines with their numbers, from 1.</summary>
    public static IEnumerable<(int Number, string Text)> Lines(string path) =>
        Read(path).Split('\n').Select((text, index) => (index + 1, text.TrimEnd('\r')));
}
