-- What tells this store from every other.
create table store (id text collate "C" primary key);
insert into store (id) values (replace(gen_random_uuid()::text, '-', ''));

-- How many jobs a task has: its rows' sum. Counting the jobs themselves takes longer the more there are. Each connection has rows of its own,
-- so that those who submit at once do not wait for each other.
create table job_counts (
    task  text collate "C" not null,
    shard bigint not null,
    jobs  bigint not null,
    primary key (task, shard)
);
insert into job_counts (task, shard, jobs) select task, 0, count(*) from jobs group by task;
