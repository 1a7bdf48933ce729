-- A search among very many runs reads indexes and no document. What a condition may name stands in columns here, or, for the open groups
-- (metrics, params, config, variables) and tags, in rows of run_values. All of it is in the document too, which remains the record.
alter table runs add column started text;               -- RFC 3339, as conditions compare it
alter table runs add column duration real;              -- seconds
alter table runs add column exit_code integer;
alter table runs add column failure_class text;
alter table runs add column environment text;
alter table runs add column image text;
alter table runs add column backend text;
alter table runs add column command text;               -- JSON
alter table runs add column message text;
alter table runs add column rerun_of text;
alter table runs add column sweep text;
alter table runs add column git_commit text;
alter table runs add column git_branch text;
alter table runs add column git_dirty integer;
alter table runs add column host text;
alter table runs add column cpu_seconds real;
alter table runs add column peak_memory integer;        -- bytes

update runs set
    started = json_extract(document, '$.startedAt'),
    duration = json_extract(document, '$.durationSeconds'),
    exit_code = json_extract(document, '$.exitCode'),
    failure_class = json_extract(document, '$.failureClass'),
    environment = json_extract(document, '$.environment.name'),
    image = json_extract(document, '$.image'),
    backend = json_extract(document, '$.backend'),
    command = json_extract(document, '$.command'),
    message = json_extract(document, '$.message'),
    rerun_of = json_extract(document, '$.rerunOf'),
    sweep = json_extract(document, '$.sweep'),
    git_commit = json_extract(document, '$.git.commit'),
    git_branch = json_extract(document, '$.git.branch'),
    git_dirty = json_extract(document, '$.git.dirty'),
    host = json_extract(document, '$.host.name'),
    cpu_seconds = json_extract(document, '$.usage.cpuSeconds'),
    peak_memory = json_extract(document, '$.usage.peakMemoryBytes');

-- Newest first, with everything that a list looks at: the runs themselves are read only where they are wanted.
drop index runs_by_start;
create index runs_searched on runs (
    started_at desc, id, status, project, sweep, environment, exit_code, failure_class, duration, started, backend, rerun_of, git_branch, git_dirty, git_commit,
    host, cpu_seconds, peak_memory, image, command, message);

-- In the order of time, as runs_searched: who walks the one newest first finds the other's rows beside each other.
drop table run_values;
create table run_values (
    started_at integer not null,           -- the run's
    run        text    not null,
    field      text    not null,           -- 'metrics.accuracy', 'params.lr', 'config.depth', 'variables.SEED', 'tags'
    place      integer not null,           -- of a tag among the run's tags; else 0
    number     real,                       -- one of the three is there
    text       text,
    truth      integer,
    primary key (started_at, run, field, place)
) without rowid;

insert into run_values (started_at, run, field, place, number, text, truth)
select r.started_at, r.id, g.key || '.' || v.key, 0,
       case when v.type in ('integer', 'real') then v.value end,
       case when v.type = 'text' then v.value end,
       case when v.type in ('true', 'false') then v.value end
from runs r, json_each(r.document) g, json_each(g.value) v
where g.key in ('metrics', 'params', 'config', 'variables') and g.type = 'object' and v.type in ('integer', 'real', 'text', 'true', 'false')
order by 1, 2;

insert into run_values (started_at, run, field, place, text)
select r.started_at, r.id, 'tags', t.key, t.value
from runs r, json_each(r.document, '$.tags') t
where t.type = 'text';

-- The best of a metric is its first or last row.
create index run_values_by_number on run_values (field, number, started_at, run) where number is not null;
