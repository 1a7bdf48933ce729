using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>The table of tasks.</summary>
internal static class TaskTable
{
    public const string All =
        "t.name, t.definition, t.created_at, t.modified_at, (select cast(coalesce(sum(c.jobs), 0) as bigint) from job_counts c where c.task = t.name), t.version";

    private static readonly string Default = JsonSerializer.Serialize(new TaskDefinition(), JobsJson.Default.TaskDefinition);

    public static JobTask Read(SqlRow row) => new(
        row.Text(0), JsonSerializer.Deserialize(row.Text(1), JobsJson.Default.TaskDefinition)!, row.Time(2), row.Time(3), row.Number(4), row.Number(5));

    public static Task<JobTask?> FindAsync(SqlSession sql, string name) =>
        sql.FirstAsync($"select {All} from tasks t where t.name = @name", Read, ("name", name));

    /// <summary>Makes a task if need be.</summary>
    public static async Task EnsureAsync(Change change, string name, DateTimeOffset now)
    {
        if (await change.Sql.NumberAsync("select count(*) from tasks where name = @name", ("name", name)) > 0) return;
        var made = await change.Sql.RunAsync(
            """
            insert into tasks (name, search, definition, paused, created_at, modified_at, version)
            values (@name, @search, @definition, 0, @now, @now, 1) on conflict do nothing
            """,
            ("name", name), ("search", name.ToLowerInvariant()), ("definition", Default), ("now", now));
        if (made > 0) change.Tell("task.changed", now, name);
    }

    public static async Task<JobTask> DefineAsync(Change change, string name, TaskDefinition definition, long? version, DateTimeOffset now)
    {
        var sql = change.Sql;
        var known = await sql.NumberAsync("select version from tasks where name = @name", ("name", name));
        if (known == 0) await EnsureAsync(change, name, now);
        var current = await sql.NumberAsync($"select version from tasks where name = @name{sql.Dialect.ForUpdate}", ("name", name));
        // A task that came into being here is the new one itself.
        var made = known == 0 && current == 1;
        if (version is { } wanted && wanted != (made ? 0 : current))
            throw RefusalException.Conflict(wanted == 0
                ? $"there is a task '{name}' already (version {current})"
                : $"task '{name}' {(made ? "does not exist" : $"has version {current} by now, not {wanted}")}; look at it again");
        await sql.RunAsync(
            """
            update tasks
            set definition = @definition, concurrency = @concurrency, paused = @paused, keep_finished = @finished, keep_seconds = @seconds,
                modified_at = @now, version = @version
            where name = @name
            """,
            ("definition", JsonSerializer.Serialize(definition, JobsJson.Default.TaskDefinition)), ("concurrency", (long?)definition.Concurrency),
            ("paused", definition.Paused), ("finished", (long?)definition.KeepFinished), ("seconds", definition.KeepSeconds), ("now", now),
            ("version", made ? 1L : current + 1), ("name", name));
        if (!made) change.Tell("task.changed", now, name);
        change.Signal(JobSignals.Work);
        return (await FindAsync(sql, name))!;
    }
}
