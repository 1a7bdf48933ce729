using System.ComponentModel;
using System.Diagnostics;
using Glovebox.Api.Runs;
using Glovebox.Projects;

namespace Glovebox.Distributions.Git;

/// <summary>Asks the <c>git</c> program; its porcelain format version 2 is stable across versions and settings (git-status(1)).</summary>
public sealed class GitReader : IGitReader
{
    public async Task<RunGit?> ReadAsync(string directory, CancellationToken cancellation)
    {
        if (!IsInRepository(directory)) return null;
        var start = new ProcessStartInfo("git", ["status", "--porcelain=v2", "--branch", "--untracked-files=normal"])
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Reading must not take the lock that a user's own git command is waiting for.
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        try
        {
            using var process = Process.Start(start)!;
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            var git = await ParseAsync(process.StandardOutput, cancellation);
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode == 0 ? git : null;
        }
        catch (Win32Exception)
        {
            // No git on this machine: then nothing is known, which is what null says.
            return null;
        }
    }

    private static bool IsInRepository(string directory)
    {
        for (var at = new DirectoryInfo(directory); at is not null; at = at.Parent)
            if (Path.Exists(Path.Combine(at.FullName, ".git"))) return true;
        return false;
    }

    private static async Task<RunGit> ParseAsync(StreamReader lines, CancellationToken cancellation)
    {
        string? commit = null;
        string? branch = null;
        var dirty = false;
        while (await lines.ReadLineAsync(cancellation) is { } line)
        {
            if (line.StartsWith("# branch.oid ", StringComparison.Ordinal)) commit = Known(line[13..], "(initial)");
            else if (line.StartsWith("# branch.head ", StringComparison.Ordinal)) branch = Known(line[14..], "(detached)");
            else if (!line.StartsWith('#')) dirty = true;
        }

        return new RunGit(commit, branch, dirty);
    }

    private static string? Known(string value, string unknown) => value == unknown ? null : value;
}
