using System.Runtime.InteropServices;

namespace Glovebox.Linux;

/// <summary>A program to start: everything explicit, nothing inherited but the thread's namespaces, cgroups and working directory.</summary>
internal sealed record SpawnRequest(string Program, IReadOnlyList<string> Arguments)
{
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>For each number in the child the file here. What is not named is closed; standard streams become /dev/null.</summary>
    public IReadOnlyDictionary<int, int> Files { get; init; } = new Dictionary<int, int>();

    /// <summary>Gives the program a session of its own, so that a terminal's Ctrl-C does not reach it.</summary>
    public bool OwnSession { get; init; } = true;

    /// <summary>Null for the calling thread's own.</summary>
    public string? WorkingDirectory { get; init; }

    public IReadOnlyList<string> Environment { get; init; } = [DefaultPath];
}

/// <summary>The arguments of one posix_spawn call, in memory that the collector never touches.</summary>
internal unsafe struct SpawnArguments
{
    public byte* Program;
    public byte* Actions;
    public byte* Attributes;
    public byte** Arguments;
    public byte** Environment;
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
    private const int ReadOnly = 0, WriteOnly = 1;

    /// <summary>The new process's number, to be waited for by the caller; or a negative errno.</summary>
    public static int Spawn(SpawnRequest request)
    {
        using var arena = new NativeArena();
        var arguments = Prepare(request, arena);
        int pid;
        var error = PosixSpawn(&pid, arguments.Program, arguments.Actions, arguments.Attributes, arguments.Arguments, arguments.Environment);
        Release(arguments);
        return error == 0 ? pid : -error;
    }

    /// <summary>What a negative result of <see cref="Spawn"/> means.</summary>
    public static string Explain(string program, int error) =>
        $"'{program}' could not be started: {Marshal.GetPInvokeErrorMessage(-error)}.";

    public static SpawnArguments Prepare(SpawnRequest request, NativeArena arena)
    {
        var actions = arena.Room<byte>(OpaqueSize);
        var attributes = arena.Room<byte>(OpaqueSize);
        var signals = arena.Room<byte>(OpaqueSize);
        InitActions(actions);
        InitAttributes(attributes);
        FillSignals(signals);
        SetDefaults(attributes, signals);
        EmptySignals(signals);
        SetMask(attributes, signals);
        SetFlags(attributes, (short)(SetSignalDefaults | SetSignalMask | (request.OwnSession ? SetSession : 0)));
        for (var standard = 0; standard <= 2; standard++)
        {
            if (!request.Files.ContainsKey(standard)) AddOpen(actions, standard, "/dev/null", standard == 0 ? ReadOnly : WriteOnly, 0);
        }
        foreach (var (inChild, here) in request.Files) AddDuplicate(actions, here, inChild);
        if (request.WorkingDirectory is { } directory) AddChangeDirectory(actions, directory);
        return new SpawnArguments
        {
            Program = arena.Text(request.Program),
            Actions = actions,
            Attributes = attributes,
            Arguments = arena.Texts([request.Program, .. request.Arguments]),
            Environment = arena.Texts(request.Environment),
        };
    }

    /// <summary>Gives back what the library holds for the arguments; the arena's memory is the caller's.</summary>
    public static void Release(SpawnArguments arguments)
    {
        DestroyActions(arguments.Actions);
        DestroyAttributes(arguments.Attributes);
    }

    // The calls below fail only for want of memory, and then posix_spawn fails too: so their results are not taken.

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    private static partial int PosixSpawn(int* pid, byte* path, byte* actions, byte* attributes, byte** argv, byte** envp);

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
