using Glovebox.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Glovebox.Server.Functions;

/// <summary>Bundles on their way in.</summary>
internal static class Uploads
{
    /// <summary>Bytes of a request that carries one.</summary>
    private const long Largest = 257L << 20;

    /// <summary>Lets a larger body in than other routes take.</summary>
    public static void Allow(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = Largest;
    }

    public static async Task<IFormCollection> FormAsync(HttpContext http)
    {
        try
        {
            return await new FormFeature(http.Request, new FormOptions { MultipartBodyLengthLimit = Largest, ValueCountLimit = 16 }).ReadFormAsync(http.RequestAborted);
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException { InnerException: null } and not BadHttpRequestException)
        {
            throw RefusalException.Bad($"the form cannot be read: {broken.Message}");
        }
    }

    public static IFormFile Module(IFormCollection form) => form.Files.GetFile("module")
        ?? throw RefusalException.Bad("the form has no file 'module': send the bundle with -F module=@FILE");
}
