-- The same kind of region as places.h: N places over a square of four degrees, of six kinds alike, half of them
-- for each need, ages, what is free from when until when, fee, judgement. `traits` holds a bit for each need (from
-- bit 0) and for each age (from bit 20).
set client_min_messages = warning;
create extension if not exists postgis;
drop table if exists places;
create table places as
select number as id, 'Provision ' || number as name, kind, latitude, longitude,
       needs | (((((1::bigint << (age_span + 1)) - 1) << age_from) & ((1 << 26) - 1)) << 20) as traits,
       age_from, least(age_from + age_span, 25) as age_to, needs,
       date '2026-01-01' + free_from as free_from, date '2026-01-01' + free_from + free_days as free_until,
       fee, judgement, case when latitude is not null then st_setsrid(st_makepoint(longitude, latitude), 4326)::geography end
       as spot,
       floor((latitude - 50) * 25)::int * 1000 + floor((longitude + 5) * 25)::int as cell
from (select number, 1 + floor(random() * 6)::int as kind, 50.5 + random() * 4 as latitude, -3 + random() * 4 as longitude,
             floor(random() * 8192)::bigint as needs, floor(random() * 14)::int as age_from,
             floor(random() * 10)::int as age_span, floor(random() * 110)::int as free_from,
             floor(random() * 120)::int as free_days, 150000 + 25000 * floor(random() * 30)::int as fee,
             floor(random() * 5)::int as judgement
      from generate_series(1, :places) as number) as drawn;
alter table places add primary key (id);
create index places_spot on places using gist (spot);
-- For the tuned form: everything a search looks at is in the index, so the table is never read.
create index places_cell on places (kind, cell) include (latitude, longitude, traits, free_from, free_until, fee, judgement, id);
vacuum analyze places;
