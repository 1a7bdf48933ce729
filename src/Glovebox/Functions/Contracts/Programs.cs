using Glovebox.Api;
using Glovebox.Api.Functions;

namespace Glovebox.Functions.Contracts;

/// <summary>A program: one JSON on its standard input, one on its standard output.</summary>
internal static class Programs
{
    private static readonly string[] Usual = ["handler", "handle", "main", "run", "bootstrap", "handler.sh"];

    public static Contract? Find(string code)
    {
        var programs = Directory.EnumerateFiles(code).Where(IsProgram).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal).ToList();
        var program = Usual.FirstOrDefault(programs.Contains) ?? (programs.Count == 1 ? programs[0] : null);
        if (program is null && programs.Count > 1)
            throw RefusalException.Bad($"several files are programs: {string.Join(", ", programs)}. Say which with --handler {programs[0]}");
        return program is null ? null : Of(program);
    }

    public static Contract? Named(string code, string handler)
    {
        var relative = handler.StartsWith("./", StringComparison.Ordinal) ? handler[2..] : handler;
        if (relative.StartsWith('/') || relative.Split('/').Contains("..")) return null;
        var path = Path.Combine(code, relative);
        if (!File.Exists(path)) return null;
        return IsProgram(path) ? Of(relative) : throw RefusalException.Bad($"--handler '{handler}': the file is not executable. Make it so: chmod +x {relative}");
    }

    private static bool IsProgram(string path) => File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute);

    private static Contract Of(string program) => new(ContractKind.Executable, program, $"executable: {program}, JSON on its standard input and output");
}
