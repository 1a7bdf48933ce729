using Glovebox.Api;
using Glovebox.Api.Jobs;

namespace Glovebox.Jobs.Specs;

/// <summary>Names of tasks, as <see cref="JobTask"/> says.</summary>
public static class TaskNames
{
    private const int Longest = 200;

    /// <exception cref="RefusalException">Bad: no name for a task.</exception>
    public static void Check(string name)
    {
        if (name.Length is 0 or > Longest) throw RefusalException.Bad($"task: a name has 1 to {Longest} characters, this one has {name.Length}");
        if (name is "." or ".." || name != name.Trim() || !name.All(c => char.IsLetterOrDigit(c) || c is '.' or '_' or '-' or ':' or '@' or ' '))
            throw RefusalException.Bad($"task: '{FieldRules.Cut(name)}' is no name for a task: letters, digits, '.', '_', '-', ':', '@' and spaces inside");
    }

    /// <exception cref="RefusalException">Bad: a value is out of its range.</exception>
    public static void Check(TaskDefinition definition)
    {
        var rules = new FieldRules(path => path);
        rules.AtLeast("concurrency", definition.Concurrency, 1);
        rules.AtLeast("keepFinished", definition.KeepFinished, 0);
        rules.AtLeast("keepSeconds", definition.KeepSeconds, 0);
    }
}
