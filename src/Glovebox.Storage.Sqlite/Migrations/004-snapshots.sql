-- A snapshot's record is one JSON document; what lists look for stands beside it in columns.
create table snapshots (
    id         text    primary key,
    changed_at integer not null,            -- milliseconds since 1970-01-01 UTC: when its newest entry was made
    tree       text    not null,
    document   text    not null
) without rowid;

create index snapshots_by_change on snapshots (changed_at desc);
create index snapshots_by_tree on snapshots (tree);

-- What each project was last brought to: the id of a snapshot or a run.
create table checkouts (
    project    text    primary key,
    id         text    not null
) without rowid;

-- What is neither removed nor forgotten: ids of snapshots and runs.
create table pins (
    id         text    primary key
) without rowid;
