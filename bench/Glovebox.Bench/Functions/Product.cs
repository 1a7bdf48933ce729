using System.Diagnostics;
using System.Net.Http.Headers;

namespace Glovebox.Bench.Functions;

/// <summary><c>glovebox serve</c> in a home of its own, with functions on this machine's Python: the whole product, every feature on.</summary>
internal sealed class Product : IDisposable
{
    private readonly string _program;
    private readonly string _home;

    private Product(string program, string home, Listener server)
    {
        (_program, _home, Server) = (program, home, server);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server.Url };
    }

    public Listener Server { get; }
    public HttpClient Http { get; }

    public static async Task<Product> StartAsync(string repository, string folder)
    {
        var home = Directory.CreateDirectory(Path.Combine(folder, "product")).FullName;
        var program = Path.Combine(repository, "glovebox");
        var start = new ProcessStartInfo(program, ["serve", "--urls", "http://127.0.0.1:0"]) { WorkingDirectory = home };
        start.Environment["GLOVEBOX_HOME"] = home;
        var product = new Product(program, home, await Listener.StartAsync("glovebox serve", start));
        product.Run("runtime", "create", "py", "--env", "host");
        return product;
    }

    /// <summary>Where the calls of a function go.</summary>
    public Uri Calls(string function) => new(Server.Url, $"/v1/functions/{function}/call");

    /// <summary>Deploys a function that echoes; how long the command took.</summary>
    public TimeSpan DeployEcho(string function, params string[] options) => Deploy(function, "py", "def handle(params):\n    return params\n", null, options);

    public TimeSpan Deploy(string function, string runtime, string code, string? requirements, params string[] options)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_home, "code", function)).FullName;
        File.WriteAllText(Path.Combine(folder, "handler.py"), code);
        if (requirements is not null) File.WriteAllText(Path.Combine(folder, "requirements.txt"), requirements);
        return Run(["function", "deploy", function, "--runtime", runtime, folder, .. options]);
    }

    /// <summary>Deploys by one request, without the start of a program.</summary>
    public async Task PostAsync(string function)
    {
        using var content = new ByteArrayContent("def handle(params):\n    return params\n"u8.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var reply = await Http.PostAsync($"/v1/functions/{function}?runtime=py&file=handler.py", content);
        if (!reply.IsSuccessStatusCode) throw new InvalidOperationException(await reply.Content.ReadAsStringAsync());
    }

    public TimeSpan Run(params string[] arguments) => Command.Time(_home, _program, arguments);

    public void Dispose()
    {
        Http.Dispose();
        Server.Dispose();
    }
}
