-- The single values of runs' metrics, params and configuration, one a row, so that a search or a ranking among very many runs reads an
-- index and no document. What stands here is also in the document, which remains the record.
create table run_values (
    field  text    not null,               -- 'metrics.accuracy', 'params.lr', 'config.depth'
    number real,                           -- null where the value is a text
    text   text,
    run    text    not null,
    primary key (run, field)
) without rowid;

create index run_values_by_number on run_values (field, number, run) where number is not null;
create index run_values_by_text on run_values (field, text, run) where text is not null;

insert into run_values (field, number, text, run)
select g.key || '.' || v.key,
       case when v.type in ('integer', 'real') then v.value end,
       case when v.type = 'text' then v.value end,
       r.id
from runs r, json_each(r.document) g, json_each(g.value) v
where g.key in ('metrics', 'params', 'config') and g.type = 'object' and v.type in ('integer', 'real', 'text');
