using Glovebox.Files;

namespace Glovebox.Tests.Files;

/// <summary>A directory of a test's own, gone with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("glovebox-test-").FullName;

    public string Path { get; }

    /// <summary>The path of something in it.</summary>
    public string this[string name] => System.IO.Path.Join(Path, name);

    /// <summary>Makes a directory in it.</summary>
    public string Make(string name) => Directory.CreateDirectory(this[name]).FullName;

    public void Dispose() => FolderRemoval.Remove(Path);
}
