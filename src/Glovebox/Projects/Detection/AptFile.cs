using Glovebox.Api;

namespace Glovebox.Projects.Detection;

/// <summary>Reads <c>apt.txt</c>: package names between white space; '#' starts a comment.</summary>
internal static class AptFile
{
    public static IReadOnlyList<string> Read(string path)
    {
        var packages = new List<string>();
        foreach (var (line, text) in ProjectText.Lines(path))
        {
            foreach (var word in text.Split('#')[0].Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))
            {
                if (!EnvironmentReader.AptPackage().IsMatch(word))
                    throw RefusalException.Bad($"apt.txt:{line}: '{word}' is not a Debian package: NAME or NAME=VERSION");
                packages.Add(word);
            }
        }
        return packages;
    }
}
