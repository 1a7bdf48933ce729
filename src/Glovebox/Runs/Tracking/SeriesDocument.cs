using System.Text.Json;
using Glovebox.Api.Runs;

namespace Glovebox.Runs.Tracking;

/// <summary>
/// A run's curves as bytes: JSON, <c>{"version":1,"metrics":{"loss":{"step":[…],"time":[…],"value":[…]}}}</c>, where what JSON has no
/// number for is a text. Equal curves are equal bytes.
/// </summary>
internal static class SeriesDocument
{
    public static byte[] Write(IReadOnlyList<MetricSeries> series)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteStartObject("metrics");
            foreach (var one in series)
            {
                json.WriteStartObject(one.Name);
                Column(json, "step", one.Points, p => p.Step);
                json.WriteStartArray("time");
                foreach (var point in one.Points) json.WriteNumberValue(point.Time);
                json.WriteEndArray();
                Column(json, "value", one.Points, p => p.Value);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    public static IReadOnlyList<MetricSeries> Read(byte[] bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        return [.. document.RootElement.GetProperty("metrics").EnumerateObject().Select(metric =>
        {
            var (steps, times, values) = (metric.Value.GetProperty("step"), metric.Value.GetProperty("time"), metric.Value.GetProperty("value"));
            var points = steps.EnumerateArray().Zip(times.EnumerateArray(), values.EnumerateArray())
                .Select(p => new MetricPoint(Number(p.First), p.Second.GetInt64(), Number(p.Third)));
            return new MetricSeries(metric.Name, [.. points]);
        })];
    }

    private static void Column(Utf8JsonWriter json, string name, IReadOnlyList<MetricPoint> points, Func<MetricPoint, double> value)
    {
        json.WriteStartArray(name);
        foreach (var point in points) Scalars.Of(value(point)).WriteTo(json);
        json.WriteEndArray();
    }

    private static double Number(JsonElement element) => Scalars.NumberOf(Scalars.Of(element)) ?? double.NaN;
}
