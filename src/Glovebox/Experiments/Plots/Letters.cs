namespace Glovebox.Experiments.Plots;

/// <summary>
/// Letters for pictures, 5 by 9 dots each, the lowest two rows below the line. A row is a digit to base 32 (0 to 9, A to V), its highest
/// bit on the left; rows left out at the end are empty.
/// </summary>
internal static class Letters
{
    public const int Width = 5, Height = 9;

    private const string Unknown = "VHHHHHV";

    private static readonly Dictionary<char, string> Rows = new()
    {
        [' '] = "", ['!'] = "4444404", ['"'] = "AAA", ['#'] = "AAVAVAA", ['$'] = "4FKE5U4", ['%'] = "PP248JJ", ['&'] = "CIK8LID", ['\''] = "448",
        ['('] = "2488842", [')'] = "8422248", ['*'] = "04LEL4", ['+'] = "044V44", [','] = "00000CC48", ['-'] = "000V", ['.'] = "00000CC", ['/'] = "11248GG",
        ['0'] = "EHJLPHE", ['1'] = "4C4444E", ['2'] = "EH1248V", ['3'] = "EH161HE", ['4'] = "26AIV22", ['5'] = "VGU11HE", ['6'] = "68GUHHE", ['7'] = "V124444",
        ['8'] = "EHHEHHE", ['9'] = "EHHF12C", [':'] = "0CC0CC", [';'] = "0CC0CC48", ['<'] = "248G842", ['='] = "00V0V", ['>'] = "8421248", ['?'] = "EH12404",
        ['@'] = "EHNLNGE", ['A'] = "EHHVHHH", ['B'] = "UHHUHHU", ['C'] = "EHGGGHE", ['D'] = "SIHHHIS", ['E'] = "VGGUGGV", ['F'] = "VGGUGGG", ['G'] = "EHGNHHF",
        ['H'] = "HHHVHHH", ['I'] = "E44444E", ['J'] = "72222IC", ['K'] = "HIKOKIH", ['L'] = "GGGGGGV", ['M'] = "HRLLHHH", ['N'] = "HHPLJHH", ['O'] = "EHHHHHE",
        ['P'] = "UHHUGGG", ['Q'] = "EHHHLID", ['R'] = "UHHUKIH", ['S'] = "FGGE11U", ['T'] = "V444444", ['U'] = "HHHHHHE", ['V'] = "HHHHHA4", ['W'] = "HHHLLLA",
        ['X'] = "HHA4AHH", ['Y'] = "HHHA444", ['Z'] = "V1248GV", ['['] = "E88888E", ['\\'] = "GG84211", [']'] = "E22222E", ['^'] = "4AH", ['_'] = "0000000V",
        ['`'] = "84", ['a'] = "00E1FHF", ['b'] = "GGMPHHU", ['c'] = "00EGGHE", ['d'] = "11DJHHF", ['e'] = "00EHVGE", ['f'] = "698S888", ['g'] = "00FHHHF1E",
        ['h'] = "GGMPHHH", ['i'] = "40C444E", ['j'] = "2062222IC", ['k'] = "GGIKOKI", ['l'] = "C44444E", ['m'] = "00QLLHH", ['n'] = "00MPHHH", ['o'] = "00EHHHE",
        ['p'] = "00UHHHUGG", ['q'] = "00FHHHF11", ['r'] = "00MPGGG", ['s'] = "00FGE1U", ['t'] = "88S8896", ['u'] = "00HHHJD", ['v'] = "00HHHA4", ['w'] = "00HHLLA",
        ['x'] = "00HA4AH", ['y'] = "00HHHHF1E", ['z'] = "00V248V", ['{'] = "6448446", ['|'] = "444444444", ['}'] = "C44244C", ['~'] = "0008L2", ['…'] = "000000L",
    };

    /// <summary>Whether a letter has ink at a dot; what is not known here is a box.</summary>
    /// <param name="row">From the top.</param>
    public static bool HasDot(char letter, int column, int row)
    {
        var rows = Rows.GetValueOrDefault(letter, Unknown);
        if (row >= rows.Length) return false;
        var digit = rows[row] <= '9' ? rows[row] - '0' : rows[row] - 'A' + 10;
        return (digit >> (Width - 1 - column) & 1) == 1;
    }
}
