-- A run's record is one JSON document; what lists and recovery look for stands beside it in columns.
create table runs (
    id         text    primary key,
    started_at integer not null,            -- milliseconds since 1970-01-01 UTC
    status     text    not null,
    project    text    not null,
    handle     text,                        -- JSON: how to find the box again; null when nothing is left to be done
    document   text    not null
) without rowid;

create index runs_by_start on runs (started_at desc);
create index runs_open on runs (id) where handle is not null;
