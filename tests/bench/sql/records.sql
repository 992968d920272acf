set client_min_messages = warning;
drop table if exists records;
create table records (id bigserial primary key, name text not null, payload text not null);
insert into records (name, payload) select 'Provider ' || n, repeat('x', 300) from generate_series(1, :records) as n;
create index records_name on records (name);
vacuum analyze records;
checkpoint;
