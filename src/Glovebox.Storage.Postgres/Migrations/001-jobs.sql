-- The same tables as in SQLite. Times are milliseconds since 1970-01-01 UTC; flags are 0 or 1.
-- What lists, claims and counts look at are columns; the rest is one JSON document.
create table tasks (
    name          text collate "C"    primary key,
    search        text collate "C"    not null,            -- the name in lower case
    definition    text collate "C"    not null,
    concurrency   bigint,
    paused        bigint not null,
    keep_finished bigint,
    keep_seconds  double precision,
    created_at    bigint not null,
    modified_at   bigint not null,
    version       bigint not null
);

create table jobs (
    seq             bigint generated always as identity primary key,
    id              text collate "C"    not null unique,
    task            text collate "C"    not null,
    status          text collate "C"    not null,
    created_at      bigint not null,
    modified_at     bigint not null,
    finished_at     bigint,
    request_address text collate "C",
    stopped         bigint not null,
    total           bigint not null,          -- its executions: all
    open            bigint not null,          -- not ended
    active          bigint not null,          -- starting or running
    succeeded       bigint not null,
    failed          bigint not null,
    worst           bigint not null,          -- how the worst of those that were not retried ended; see JobRow
    version         bigint not null,
    paused          bigint not null,
    next_at         bigint,
    last_at         bigint,
    ticks           bigint not null,
    skipped         bigint not null,
    priority        bigint not null,
    serial          bigint not null,          -- one execution at a time
    parallelism     bigint,
    expires_at      bigint,
    tells           bigint not null,          -- somebody is to be told of its ends
    key             text collate "C",
    image           text collate "C",
    environment     text collate "C",
    cron            text collate "C",
    metadata        text collate "C",         -- the spec's, to be searched
    command         text collate "C"    not null,
    schedule        text collate "C",
    spec            text collate "C"    not null
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
    seq          bigint generated always as identity primary key,
    id           text collate "C"    not null unique,
    job_id       text collate "C"    not null,
    task         text collate "C"    not null,
    number       bigint not null,
    status       text collate "C"    not null,
    priority     bigint not null,
    available_at bigint not null,             -- not before
    place        bigint not null,             -- its place in the queue: when it first became available
    ready        bigint not null,             -- its time has come
    finished_at  bigint,
    retried      bigint not null,
    phase        text collate "C",
    node         text collate "C",
    token        bigint not null,
    resource     text collate "C",
    machine      text collate "C",
    handle       text collate "C",
    cancel_at    bigint,
    document     text collate "C"    not null
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
    key         text collate "C"    primary key,
    fingerprint text collate "C"    not null,
    job_id      text collate "C"    not null,
    created_at  bigint not null
);

create index idempotency_by_age on idempotency (created_at);

-- The id is the transaction's and the number within it: see docs/decisions/011.
create table events (
    id           bigint  primary key,
    kind         text collate "C"    not null,
    at           bigint not null,
    task         text collate "C",
    job_id       text collate "C",
    execution_id text collate "C",
    status       text collate "C"
);

create table notices (
    execution_id text collate "C"    primary key,
    job          text collate "C"    not null,
    execution    text collate "C"    not null,
    due_at       bigint not null
);

create index notices_by_time on notices (due_at);

create table deliveries (
    id           text collate "C"    primary key,
    job_id       text collate "C"    not null,
    execution_id text collate "C"    not null,
    kind         text collate "C"    not null,
    target       text collate "C"    not null,
    cause        text collate "C"    not null,
    headers      text collate "C"    not null,
    body         text collate "C"    not null,
    retries      bigint not null,
    status       text collate "C"    not null,
    attempts     bigint not null,
    next_at      bigint,
    due_at       bigint,                      -- next_at, or the end of a lease
    last_at      bigint,
    last_code    bigint,
    last_error   text collate "C"
);

create index deliveries_of_execution on deliveries (execution_id);
create index deliveries_by_time on deliveries (due_at) where status = 'pending';

create table nodes (
    id         text collate "C"    primary key,
    machine    text collate "C"    not null,
    url        text collate "C",
    slots      bigint not null,
    beats      bigint not null,
    draining   bigint not null,
    started_at bigint not null
);

create table drained (resource text collate "C" primary key);

create table tokens (
    id         text collate "C"    primary key,
    name       text collate "C"    not null unique,
    role       text collate "C"    not null,
    hash       text collate "C"    not null unique,
    created_at bigint not null
);
