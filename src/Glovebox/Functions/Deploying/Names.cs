using System.Text.RegularExpressions;
using Glovebox.Api;

namespace Glovebox.Functions.Deploying;

/// <summary>What runtimes, functions and aliases may be called.</summary>
internal static partial class Names
{
    private const string Rule = "a name is 1 to 64 of a-z, A-Z, 0-9, '.', '_' and '-', and starts with a letter or digit";

    /// <exception cref="RefusalException">It is no name.</exception>
    public static void Check(string what, string name)
    {
        if (!Name().IsMatch(name)) throw RefusalException.Bad($"{what} '{name}' is no name: {Rule}");
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
