namespace Glovebox.Cli.Output;

/// <summary>ANSI styles, or nothing at all where no terminal would show them.</summary>
internal readonly record struct Style(bool On)
{
    public string Bold(string text) => Wrap("1", text);
    public string Dim(string text) => Wrap("2", text);
    public string Bad(string text) => Wrap("31", text);
    public string Good(string text) => Wrap("32", text);
    public string Note(string text) => Wrap("33", text);

    private string Wrap(string code, string text) => On && text.Length > 0 ? $"\e[{code}m{text}\e[0m" : text;
}
