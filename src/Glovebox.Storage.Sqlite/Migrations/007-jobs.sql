-- What tells this store from every other.
create table store (id text primary key) without rowid;
insert into store (id) values (lower(hex(randomblob(16))));
