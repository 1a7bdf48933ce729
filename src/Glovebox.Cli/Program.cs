using Glovebox.Cli;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

// The most asked question is answered before anything else is loaded.
if (args is ["--version" or "version"])
{
    using var output = new StandardStream(1);
    output.Write("glovebox "u8);
    output.Write(Product.Version);
    output.Write("\n"u8);
    return 0;
}

return Entry.Run(args);
