using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Glovebox.Bench.Functions;

/// <summary>What a user would write by hand: nginx before uWSGI with as many Python processes, from the distribution's packages.</summary>
internal static class Uwsgi
{
    private const string App = """
        import json
        def handle(params): return params
        def application(environ, start_response):
            out = json.dumps(handle(json.loads(environ['wsgi.input'].read()))).encode()
            start_response('200 OK', [('Content-Type', 'application/json'), ('Content-Length', str(len(out)))])
            return [out]
        """;

    /// <summary>Packages that are not installed; empty when it can be run.</summary>
    public static string Missing => string.Join(' ', new[] { ("nginx", "nginx-light"), ("uwsgi", "uwsgi uwsgi-plugin-python3") }
        .Where(pair => !Command.Exists(pair.Item1) && !File.Exists($"/usr/sbin/{pair.Item1}")).Select(pair => pair.Item2));

    public static async Task<Listener> StartAsync(string folder, int interpreters, string body)
    {
        var root = Directory.CreateDirectory(Path.Combine(folder, "uwsgi")).FullName;
        File.WriteAllText(Path.Combine(root, "app.py"), App);
        var (port, socket) = (FreePort(), Path.Combine(root, "s"));
        // No user directive as root would make nginx's workers 'nobody', who may not open the socket.
        File.WriteAllText(Path.Combine(root, "nginx.conf"), $$"""
            daemon off;
            user root;
            worker_processes auto;
            pid {{root}}/nginx.pid;
            error_log {{root}}/error.log;
            events { worker_connections 256; }
            http {
              access_log off;
              keepalive_requests 1000000000;
              client_body_temp_path {{root}}/body;
              uwsgi_temp_path {{root}}/temp;
              proxy_temp_path {{root}}/temp; fastcgi_temp_path {{root}}/temp; scgi_temp_path {{root}}/temp;
              server {
                listen 127.0.0.1:{{port}};
                location / { include /etc/nginx/uwsgi_params; uwsgi_pass unix:{{socket}}; }
              }
            }
            """);
        var nginx = new ProcessStartInfo("/usr/sbin/nginx", ["-c", Path.Combine(root, "nginx.conf"), "-p", root]);
        var uwsgi = new ProcessStartInfo("uwsgi",
        [
            "--plugins", "python3", "--socket", socket, "--master", "--processes", $"{interpreters}", "--disable-logging", "--die-on-term",
            "--logto", Path.Combine(root, "log"), "--chdir", root, "--wsgi-file", "app.py",
        ]);
        return await Listener.StartAsync("nginx with uWSGI", new Uri($"http://127.0.0.1:{port}/"), body, uwsgi, nginx);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
