using Glovebox.Bench;

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
    ("functions", FunctionCalls.TakeAsync),
];
foreach (var (name, take) in benches)
    if (wanted.Length == 0 || wanted.Contains(name)) await take(repository);
