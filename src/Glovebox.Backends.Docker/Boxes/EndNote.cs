using Glovebox.Execution;

namespace Glovebox.Backends.Docker.Boxes;

/// <summary>Why a container was ended, kept for whoever adopts it. The first note stands.</summary>
internal sealed class EndNote(string stateDirectory)
{
    private readonly string _path = Path.Combine(stateDirectory, "end");

    public EndReason Reason => File.Exists(_path) && Enum.TryParse<EndReason>(File.ReadAllText(_path), out var reason) ? reason : EndReason.None;

    public void Write(EndReason reason)
    {
        // Without its state it is adopted by nobody.
        if (File.Exists(_path) || !Directory.Exists(stateDirectory)) return;
        try
        {
            File.WriteAllText(_path + ".new", reason.ToString());
            File.Move(_path + ".new", _path, overwrite: true);
        }
        catch (IOException)
        {
            // A full disk must not keep anything from ending: whoever asked knows the reason, and only one who adopts it later does not.
        }
    }
}
