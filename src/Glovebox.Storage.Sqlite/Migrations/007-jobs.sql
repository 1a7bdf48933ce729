-- What tells this store from every other.
create table store (id text primary key) without rowid;
insert into store (id) values (lower(hex(randomblob(16))));

-- How many jobs a task has: its rows' sum. Counting the jobs themselves takes longer the more there are.
create table job_counts (
    task  text    not null,
    shard integer not null,
    jobs  integer not null,
    primary key (task, shard)
) without rowid;
insert into job_counts (task, shard, jobs) select task, 0, count(*) from jobs group by task;
