using Glovebox.Bench;
using Glovebox.Bench.Functions;

// Parts of 'functions' that must be processes of their own.
if (args is [Load.Word, .. var loaded])
{
    Load.Run(loaded);
    return;
}
if (args is [FloorServer.Word, .. var floored])
{
    await FloorServer.RunAsync(floored);
    return;
}

var repository = args[0];
var wanted = args[1..];
(string Name, Func<string, Task> Take)[] benches =
[
    ("execution", ColdExecution.TakeAsync),
    ("process", WholeProcess.TakeAsync),
    ("memory", Memory.TakeAsync),
    ("submit", JobSubmits.TakeAsync),
    ("history", JobHistory.TakeAsync),
    ("drain", JobDrain.TakeAsync),
    ("latency", JobLatency.TakeAsync),
    ("peers", Peers.TakeAsync),
    ("runs", RunHistory.TakeAsync),
    ("build", EnvironmentBuild.TakeAsync),
    ("snapshots", Snapshots.TakeAsync),
    ("functions-warm", FunctionCalls.WarmAsync),
    ("functions-fork", FunctionCalls.ForkAsync),
    ("functions-starts", FunctionCalls.StartsAsync),
    ("functions-idle", FunctionCalls.IdleAsync),
];
foreach (var (name, take) in benches)
    if (wanted.Length == 0 || wanted.Contains(name) || wanted.Contains(name.Split('-')[0])) await take(repository);
