using System.Runtime.InteropServices;

namespace Glovebox.Linux;

/// <summary>A program to start: everything explicit, nothing inherited but the thread's namespaces, cgroups and working directory.</summary>
internal sealed record SpawnRequest(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>For each entry the number in the child and the file here. What is not named is closed; standard streams become /dev/null.</summary>
    public IReadOnlyDictionary<int, int> Files { get; init; } = new Dictionary<int, int>();

    /// <summary>Gives the program a session of its own, so that a terminal's Ctrl-C does not reach it.</summary>
    public bool OwnSession { get; init; } = true;

    /// <summary>Null for the calling thread's own.</summary>
    public string? WorkingDirectory { get; init; }

    public IReadOnlyList<string> Environment { get; init; } = [DefaultPath];

    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

/// <summary>
/// Starts programs with posix_spawn. .NET's own Process class cannot give a child chosen file numbers, and its child would share
/// this process's terminal settings and signal dispositions.
/// </summary>
internal static unsafe partial class Spawner
{
    // Room for glibc's posix_spawn_file_actions_t (80 bytes), posix_spawnattr_t (336) and sigset_t (128), and for other libraries'.
    private const int OpaqueSize = 512;
    private const short SetSignalDefaults = 0x04, SetSignalMask = 0x08, SetSession = 0x80;

    /// <summary>The new process's number, to be waited for by the caller; or a negative errno.</summary>
    public static int Spawn(SpawnRequest request)
    {
        var actions = stackalloc byte[OpaqueSize];
        var attributes = stackalloc byte[OpaqueSize];
        var signals = stackalloc byte[OpaqueSize];
        var allocated = new List<nint>();
        InitActions(actions);
        InitAttributes(attributes);
        try
        {
            FillSignals(signals);
            SetDefaults(attributes, signals);
            EmptySignals(signals);
            SetMask(attributes, signals);
            SetFlags(attributes, (short)(SetSignalDefaults | SetSignalMask | (request.OwnSession ? SetSession : 0)));
            for (var standard = 0; standard <= 2; standard++)
            {
                if (!request.Files.ContainsKey(standard)) AddOpen(actions, standard, "/dev/null", standard == 0 ? 0 : 1, 0);
            }
            foreach (var (inChild, here) in request.Files) AddDuplicate(actions, here, inChild);
            if (request.WorkingDirectory is { } directory) AddChangeDirectory(actions, directory);
            int pid;
            var error = PosixSpawn(&pid, request.Program, actions, attributes,
                Strings([request.Program, .. request.Arguments], allocated), Strings(request.Environment, allocated));
            return error == 0 ? pid : -error;
        }
        finally
        {
            DestroyActions(actions);
            DestroyAttributes(attributes);
            foreach (var memory in allocated) Marshal.FreeCoTaskMem(memory);
        }
    }

    /// <summary>What a negative result of <see cref="Spawn"/> means.</summary>
    public static string Explain(SpawnRequest request, int error) =>
        $"'{request.Program}' could not be started: {Marshal.GetPInvokeErrorMessage(-error)}.";

    private static byte** Strings(IReadOnlyList<string> values, List<nint> allocated)
    {
        var array = (byte**)Marshal.AllocCoTaskMem((values.Count + 1) * sizeof(byte*));
        allocated.Add((nint)array);
        for (var i = 0; i < values.Count; i++)
        {
            var text = Marshal.StringToCoTaskMemUTF8(values[i]);
            allocated.Add(text);
            array[i] = (byte*)text;
        }
        array[values.Count] = null;
        return array;
    }

    // The calls below fail only for want of memory, and then posix_spawn fails too: so their results are not taken.

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PosixSpawn(int* pid, string path, byte* actions, byte* attributes, byte** argv, byte** envp);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial void InitActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial void DestroyActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial void AddDuplicate(byte* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void AddOpen(byte* actions, int file, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void AddChangeDirectory(byte* actions, string path);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial void InitAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial void DestroyAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial void SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial void SetDefaults(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial void SetMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    private static partial void FillSignals(byte* signals);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static partial void EmptySignals(byte* signals);
}
