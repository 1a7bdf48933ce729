-- Times are milliseconds since 1970-01-01 UTC; flags are 0 or 1. What lists, claims and counts look at are columns; the rest is one JSON document.
create table tasks (
    name          text    primary key,
    search        text    not null,            -- the name in lower case
    definition    text    not null,
    concurrency   integer,
    paused        integer not null,
    keep_finished integer,
    keep_seconds  real,
    created_at    integer not null,
    modified_at   integer not null,
    version       integer not null
) without rowid;

create table jobs (
    seq             integer primary key autoincrement,
    id              text    not null unique,
    task            text    not null,
    status          text    not null,
    created_at      integer not null,
    modified_at     integer not null,
    finished_at     integer,
    request_address text,
    stopped         integer not null,
    total           integer not null,          -- its executions: all
    open            integer not null,          -- not ended
    active          integer not null,          -- starting or running
    succeeded       integer not null,
    failed          integer not null,
    worst           integer not null,          -- how the worst of those that were not retried ended; see JobRow
    version         integer not null,
    paused          integer not null,
    next_at         integer,
    last_at         integer,
    ticks           integer not null,
    skipped         integer not null,
    priority        integer not null,
    serial          integer not null,          -- one execution at a time
    parallelism     integer,
    expires_at      integer,
    tells           integer not null,          -- somebody is to be told of its ends
    key             text,
    image           text,
    environment     text,
    cron            text,
    metadata        text,                      -- the spec's, to be searched
    command         text    not null,
    schedule        text,
    spec            text    not null
);

create unique index jobs_by_key on jobs (task, key) where key is not null and finished_at is null;
create index jobs_by_task on jobs (task, seq);
create index jobs_by_status on jobs (status, seq);
create index jobs_by_image on jobs (image, seq) where image is not null;
create index jobs_by_environment on jobs (environment, seq) where environment is not null;
create index jobs_by_any_key on jobs (key, seq) where key is not null;
create index jobs_by_creation on jobs (created_at);
create index jobs_by_end on jobs (task, finished_at) where finished_at is not null;
create index jobs_by_tick on jobs (next_at) where next_at is not null;
create index jobs_with_schedule on jobs (seq) where cron is not null;
create index jobs_by_expiry on jobs (expires_at) where expires_at is not null and open > active;

create table executions (
    seq          integer primary key autoincrement,
    id           text    not null unique,
    job_id       text    not null,
    task         text    not null,
    number       integer not null,
    status       text    not null,
    priority     integer not null,
    available_at integer not null,             -- not before
    place        integer not null,             -- its place in the queue: when it first became available
    ready        integer not null,             -- its time has come
    finished_at  integer,
    retried      integer not null,
    phase        text,
    node         text,
    token        integer not null,
    resource     text,
    machine      text,
    handle       text,
    cancel_at    integer,
    document     text    not null
);

create index executions_of_job on executions (job_id, number);
create index executions_of_task on executions (task, seq);
create index executions_by_status on executions (status, seq);
create index executions_open on executions (job_id, status, ready) where finished_at is null;
create index executions_queue on executions (priority desc, place, seq, task, job_id) where status = 'queued' and ready = 1;
create index executions_waiting on executions (available_at) where status = 'queued' and ready = 0;
create index executions_active on executions (task, resource, node) where status in ('starting', 'running');
create index executions_held on executions (node) where status in ('starting', 'running');
create index executions_by_end on executions (finished_at, status) where finished_at is not null;

create table idempotency (
    key         text    primary key,
    fingerprint text    not null,
    job_id      text    not null,
    created_at  integer not null
) without rowid;

create index idempotency_by_age on idempotency (created_at);

create table events (
    id           integer primary key autoincrement,
    kind         text    not null,
    at           integer not null,
    task         text,
    job_id       text,
    execution_id text,
    status       text
);

create table notices (
    execution_id text    primary key,
    job          text    not null,
    execution    text    not null,
    due_at       integer not null
) without rowid;

create index notices_by_time on notices (due_at);

create table deliveries (
    id           text    primary key,
    job_id       text    not null,
    execution_id text    not null,
    kind         text    not null,
    target       text    not null,
    cause        text    not null,
    headers      text    not null,
    body         text    not null,
    retries      integer not null,
    status       text    not null,
    attempts     integer not null,
    next_at      integer,
    due_at       integer,                      -- next_at, or the end of a lease
    last_at      integer,
    last_code    integer,
    last_error   text
) without rowid;

create index deliveries_of_execution on deliveries (execution_id);
create index deliveries_by_time on deliveries (due_at) where status = 'pending';

create table nodes (
    id         text    primary key,
    machine    text    not null,
    url        text,
    slots      integer not null,
    beats      integer not null,
    draining   integer not null,
    started_at integer not null
) without rowid;

create table drained (resource text primary key) without rowid;

create table tokens (
    id         text    primary key,
    name       text    not null unique,
    role       text    not null,
    hash       text    not null unique,
    created_at integer not null
) without rowid;
