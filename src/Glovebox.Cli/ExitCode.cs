using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Api.Runs;

namespace Glovebox.Cli;

/// <summary>Every exit code of the program. docs/cli.md lists them for users.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The answer is no: outputs differ, a check failed.</summary>
    public const int Differs = 1;
    public const int Bad = 2;
    public const int NotFound = 3;
    public const int Conflict = 4;

    /// <summary>Glovebox itself failed in a way nobody foresaw (sysexits' EX_SOFTWARE).</summary>
    public const int Bug = 70;

    /// <summary>As coreutils' timeout says it.</summary>
    public const int TimedOut = 124;
    public const int Unable = 125;
    public const int Killed = 137;
    public const int BrokenPipe = 141;
    public const int Terminated = 143;

    public static int Of(RefusalKind kind) => kind switch
    {
        RefusalKind.Bad => Bad,
        RefusalKind.NotFound => NotFound,
        RefusalKind.Conflict => Conflict,
        _ => Unable,
    };

    /// <param name="interrupted">What the signal that ended this process's patience stands for, if one came.</param>
    public static int Of(Run run, int? interrupted = null) => Of(run.Status, run.FailureClass, run.ExitCode, interrupted);

    public static int Of(JobExecution execution) => Of(execution.Status, execution.FailureClass, execution.ExitCode, null);

    private static int Of(ExecutionState state, FailureClass? failure, int? code, int? interrupted) => state switch
    {
        ExecutionState.TimedOut => TimedOut,
        ExecutionState.Cancelled => interrupted ?? Terminated,
        ExecutionState.Failed => failure switch
        {
            FailureClass.OutOfMemory => Failing(code, Killed),
            FailureClass.Start => Failing(code, Unable),
            _ => Failing(code, Differs),
        },
        ExecutionState.Lost or ExecutionState.Expired => Unable,
        _ => Success,
    };

    /// <summary>A run that failed never reports success, not even when its command did (a missing output).</summary>
    private static int Failing(int? code, int otherwise) => code is null or 0 ? otherwise : code.Value;
}
