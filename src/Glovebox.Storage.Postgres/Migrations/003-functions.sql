-- The same tables as in SQLite. Times are milliseconds since 1970-01-01 UTC. What lists and claims look at are columns; the rest is one JSON document.
create table runtimes (
    name       text collate "C"    not null,
    version    bigint not null,
    spec       text collate "C"    not null,
    created_at bigint not null,
    primary key (name, version)
);

create table functions (
    name        text collate "C"    primary key,
    version     bigint not null,              -- the present one
    aliases     text collate "C"    not null,
    created_at  bigint not null,
    modified_at bigint not null,
    next_at     bigint                        -- its schedule's next tick
);

create index functions_by_tick on functions (next_at) where next_at is not null;

create table function_versions (
    name     text collate "C"    not null,
    version  bigint not null,
    runtime  text collate "C"    not null,
    document text collate "C"    not null,
    primary key (name, version)
);

create index function_versions_by_runtime on function_versions (runtime, name);

create table calls (
    seq         bigint generated always as identity primary key,
    id          text collate "C"    not null unique,
    function    text collate "C"    not null,
    version     bigint not null,
    status      text collate "C"    not null,
    number      bigint,                       -- of the thesis API
    node        text collate "C",                          -- where it was accepted; null for a call that was answered at once
    attempts    bigint not null,
    created_at  bigint not null,
    finished_at bigint,
    input       text collate "C",                          -- base64
    media       text collate "C",
    callback    text collate "C",
    document    text collate "C"    not null
);

create index calls_of_function on calls (function, seq);
create index calls_by_end on calls (function, finished_at) where finished_at is not null;
create index calls_waiting on calls (node, seq) where status = 'pending';
create index calls_running on calls (node) where status = 'running';
create unique index calls_by_number on calls (number) where number is not null;

create table counters (
    name  text collate "C"    primary key,
    value bigint not null
);
