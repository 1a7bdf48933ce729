using Glovebox.Execution;

namespace Glovebox.Backends.Docker.Images;

/// <summary>What an engine says when it cannot start a command, in our words and codes.</summary>
internal static class StartComplaint
{
    // runc through Docker: exec: "x": executable file not found in $PATH; exec: "/x": stat /x: no such file or directory.
    // crun through Podman: executable file `x` not found; attempted to invoke a command that was not found.
    private static readonly string[] NotFoundWords = ["executable file", "command that was not found"];
    private static readonly string[] NotExecutableWords = ["exec format error", "OCI permission denied", "open executable"];
    private static readonly string[] InitWords = ["container-init", "docker-init", "podman-init"];

    public static StartFailure Judge(string complaint, string command, string address)
    {
        if (Has(complaint, NotFoundWords) || (complaint.Contains("exec: \"", StringComparison.Ordinal) && complaint.Contains("no such file", StringComparison.Ordinal)))
            return NotFound(command, search: null);
        if (Has(complaint, NotExecutableWords) || (complaint.Contains("exec: \"", StringComparison.Ordinal) && complaint.Contains("permission denied", StringComparison.Ordinal)))
            return NotExecutable(command);
        return new StartFailure(125, $"The engine at '{address}' could not start the box: {complaint.TrimEnd('.')}. Correct the request, or look into the engine's log.");
    }

    /// <summary>True when the host has no init to put before the command.</summary>
    public static bool MissesInit(string complaint) => Has(complaint, InitWords);

    public static StartFailure NotFound(string command, string? search) => new(127, search is null
        ? $"The command '{command}' does not exist in the image. Correct the path, or use an image that has it."
        : $"The command '{command}' was not found in the image (looked in {search}). Use an image that has it, or correct the name.");

    public static StartFailure NotExecutable(string command) => new(126,
        $"The command '{command}' may not be executed. Make it executable (chmod +x), or run it with its interpreter.");

    private static bool Has(string complaint, string[] words) => Array.Exists(words, word => complaint.Contains(word, StringComparison.Ordinal));
}
