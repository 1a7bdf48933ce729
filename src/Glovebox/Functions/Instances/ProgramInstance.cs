using System.Globalization;
using System.Text;
using System.Text.Json;
using Glovebox.Api.Functions;
using Glovebox.Execution;
using Glovebox.Functions.Pool;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Functions.Instances;

/// <summary>A box that stays, and in which a program is started for each call; parameters, result and output are files that the host holds open.</summary>
/// <param name="go">The pipe that wakes the runner.</param>
/// <param name="input">The parameters.</param>
/// <param name="result">What came of them.</param>
internal sealed class ProgramInstance(string id, FunctionPlan plan, FileStream go, SafeFileHandle input, SafeFileHandle result) : IWarmInstance
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource<int>? _answer;
    private LiveBox? _box;
    private CallClock? _clock;
    private ulong _number;
    private bool _broken;

    public string Id => id;

    public bool Usable => !_broken && !_box!.Ended.IsCompleted;

    public Task Ended => _box!.Ended;

    /// <summary>What the runner says; see <see cref="ToldLines"/>.</summary>
    public void Hear(string line)
    {
        if (line == "ready") _ready.TrySetResult();
        var fields = line.Split(' ');
        if (fields.Length != 2 || !int.TryParse(fields[1], CultureInfo.InvariantCulture, out var code)) return;
        if (fields[0] == Volatile.Read(ref _number).ToString(CultureInfo.InvariantCulture)) _answer?.TrySetResult(code);
    }

    /// <exception cref="StartException">It ended before it was ready.</exception>
    public async Task BeginAsync(LiveBox box, CancellationToken cancellation)
    {
        _box = box;
        _clock = new CallClock(box.Time, plan.Timeout, Abort);
        if (await Task.WhenAny(_ready.Task, box.Ended).WaitAsync(cancellation) == _ready.Task) return;
        var log = await box.ReadLogAsync();
        throw new StartException($"{await box.DescribeEndAsync("its runner is a shell program: the environment needs /bin/sh")}\n{log}".Trim());
    }

    public Task LoadAsync(FunctionPlan plan, CancellationToken cancellation) => throw new InvalidOperationException("It is of one function from its start");

    public async ValueTask<CallReply> CallAsync(CallRequest request, CallStart start, CancellationToken cancellation)
    {
        var (box, clock) = (_box!, _clock!);
        var answer = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var number = Interlocked.Increment(ref _number);
        _answer = answer;
        Put(request.Body.Span);
        box.Folder.ClearOutput();
        var began = box.Time.GetTimestamp();
        clock.Begin(number, began);
        using var wish = cancellation.UnsafeRegister(static clock => ((CallClock)clock!).Cancel(), clock);
        go.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}\n")));
        await Task.WhenAny(answer.Task, box.Ended);
        var run = box.Time.GetElapsedTime(began).TotalSeconds;
        var (output, error) = box.Folder.ReadOutput();
        if (!clock.TryFinish(number)) return Replies.Ended(clock.Reason, plan.Timeout, output, error, id, start, run);
        if (!answer.Task.IsCompletedSuccessfully)
        {
            _broken = true;
            return await box.FailAsync("its box ended", id, start, run);
        }
        try
        {
            var (contentType, body) = plan.Contract == ContractKind.Thesis ? Thesis(answer.Task.Result) : Plain(answer.Task.Result, error);
            return new CallReply
            {
                Status = CallStatus.Done, HttpStatus = Replies.Ok, ContentType = contentType, Body = body, Output = output, ErrorOutput = error,
                Instance = id, Cold = start.Cold, Timings = new CallTimings(start.Queue, start.Instance, 0, run, 0),
            };
        }
        catch (StartException failure)
        {
            return Replies.Failed(failure.Message, null, Replies.BadGateway, output, error, id, start, run);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _broken = true;
        _clock?.Dispose();
        if (_box is not null) await _box.DisposeAsync();
        go.Dispose();
        input.Dispose();
        result.Dispose();
    }

    private void Abort()
    {
        _broken = true;
        _answer?.TrySetCanceled();
    }

    private void Put(ReadOnlySpan<byte> body)
    {
        RandomAccess.SetLength(input, 0);
        RandomAccess.Write(input, body, 0);
    }

    private (string ContentType, byte[] Body) Plain(int code, ReadOnlyMemory<byte> error)
    {
        RefuseExit(code, error);
        var body = Result();
        return (IsJson(body) ? "application/json" : System.Text.Unicode.Utf8.IsValid(body) ? "text/plain; charset=utf-8" : "application/octet-stream", body);
    }

    // The member "output" of the file, as it is. The original ignored exit codes; a result that is there counts here too.
    private (string ContentType, byte[] Body) Thesis(int code)
    {
        var text = Result();
        if (text.Length == 0)
        {
            RefuseExit(code, default);
            throw new StartException("The function wrote no output.json");
        }
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("output", out var output))
                return ("application/json", Encoding.UTF8.GetBytes(output.GetRawText()));
        }
        catch (JsonException e)
        {
            throw new StartException($"The function's output.json is not JSON: {e.Message}");
        }
        throw new StartException("The function's output.json has no member 'output'");
    }

    private static void RefuseExit(int code, ReadOnlyMemory<byte> error)
    {
        if (code == 0) return;
        var said = Encoding.UTF8.GetString(error.Span).Trim();
        var last = said.Length == 0 ? "" : ": " + said[(said.LastIndexOf('\n') + 1)..];
        throw new StartException(code > 128 ? $"The program was ended by {LiveBox.SignalName(code - 128)}{last}" : $"The program ended with code {code}{last}");
    }

    private byte[] Result()
    {
        var length = RandomAccess.GetLength(result);
        if (length > plan.ReplyLimitBytes)
            throw new StartException($"The result has {Words.Of(length)}, and {Words.Of(plan.ReplyLimitBytes)} are allowed");
        var bytes = new byte[length];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(result, bytes.AsSpan(read), read) is > 0 and var more) read += more;
        return read == bytes.Length ? bytes : bytes[..read];
    }

    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        try
        {
            while (reader.Read())
            {
            }
            return !text.IsEmpty;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
