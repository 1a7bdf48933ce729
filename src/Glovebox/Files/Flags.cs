using System.Runtime.InteropServices;

namespace Glovebox.Files;

/// <summary>Flags of open(2); two of them have other values on ARM.</summary>
internal static class OpenFlags
{
    private static readonly bool Arm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    public static readonly int Folder = Arm ? 0x4000 : 0x10000;
    public static readonly int NoFollow = Arm ? 0x8000 : 0x20000;
}

/// <summary>Flags of the *at(2) calls.</summary>
internal static class AtFlags
{
    public const int CurrentFolder = -100;
    public const int NoFollow = 0x100;
    public const int RemoveFolder = 0x200;
    public const int NoAutomount = 0x800;
    public const int EmptyPath = 0x1000;
}

/// <summary>Error numbers of Linux (asm-generic/errno.h) that are told apart here.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NotFound = 2;
    public const int Interrupted = 4;
    public const int WouldBlock = 11;
    public const int AccessDenied = 13;
    public const int Exists = 17;
    public const int OtherDevice = 18;
    public const int NotFolder = 20;
    public const int IsFolder = 21;
    public const int InvalidArgument = 22;
    public const int TooManyOpen = 24;
    public const int NoSpace = 28;
    public const int NameTooLong = 36;
    public const int NotImplemented = 38;
    public const int NotEmpty = 39;
    public const int LinkLoop = 40;
    public const int NoData = 61;
    public const int NotSupported = 95;
    public const int QuotaExceeded = 122;
}
