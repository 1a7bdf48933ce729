namespace Glovebox.Environments;

/// <summary>Which environment a project stands for now, without resolving or building anything.</summary>
public interface IEnvironmentPins
{
    /// <summary>
    /// The digest of the lock of the project's default environment, <c>sha256:…</c>. Null when it is not resolved yet, when the spec cannot be
    /// read or is newer than its lock, and for the machine's own system, which is another on every machine.
    /// </summary>
    string? PinOf(string directory);

    /// <summary>Makes the project's default environment resolve to this lock again. Nothing happens where <c>glovebox.lock</c> decides.</summary>
    /// <returns>False when the lock is not known in this home.</returns>
    bool Pin(string directory, string digest);

    /// <summary>Names and versions of a lock's packages; empty when the lock is not known here.</summary>
    IReadOnlyDictionary<string, string> Versions(string digest);
}
