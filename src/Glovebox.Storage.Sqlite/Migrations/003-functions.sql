-- Times are milliseconds since 1970-01-01 UTC. What lists and claims look at are columns; the rest is one JSON document.
create table runtimes (
    name       text    not null,
    version    integer not null,
    spec       text    not null,
    created_at integer not null,
    primary key (name, version)
) without rowid;

create table functions (
    name        text    primary key,
    version     integer not null,              -- the present one
    aliases     text    not null,
    created_at  integer not null,
    modified_at integer not null,
    next_at     integer                        -- its schedule's next tick
) without rowid;

create index functions_by_tick on functions (next_at) where next_at is not null;

create table function_versions (
    name     text    not null,
    version  integer not null,
    runtime  text    not null,
    document text    not null,
    primary key (name, version)
) without rowid;

create index function_versions_by_runtime on function_versions (runtime, name);

create table calls (
    seq         integer primary key autoincrement,
    id          text    not null unique,
    function    text    not null,
    version     integer not null,
    status      text    not null,
    number      integer,                       -- of the thesis API
    node        text,                          -- where it was accepted; null for a call that was answered at once
    attempts    integer not null,
    created_at  integer not null,
    finished_at integer,
    input       text,                          -- base64
    media       text,
    callback    text,
    document    text    not null
);

create index calls_of_function on calls (function, seq);
create index calls_by_end on calls (function, finished_at) where finished_at is not null;
create index calls_waiting on calls (node, seq) where status = 'pending';
create index calls_running on calls (node) where status = 'running';
create unique index calls_by_number on calls (number) where number is not null;

create table counters (
    name  text    primary key,
    value integer not null
) without rowid;
