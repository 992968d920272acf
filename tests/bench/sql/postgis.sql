\set north random(0, 3000000)
\set east random(0, 3000000)
select id, name, st_distance(spot, here) as metres
from places, (select st_setsrid(st_makepoint(-2.5 + :east / 1e6, 51 + :north / 1e6), 4326)::geography as here) as home
where st_dwithin(spot, here, 40000) and kind = 1 and needs & 16 = 16 and age_from <= 12 and age_to >= 12
  and free_from <= date '2026-03-01' and free_until >= date '2026-03-01'
order by metres limit 20;
