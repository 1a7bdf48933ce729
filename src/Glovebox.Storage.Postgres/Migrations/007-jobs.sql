-- What tells this store from every other.
create table store (id text collate "C" primary key);
insert into store (id) values (replace(gen_random_uuid()::text, '-', ''));
