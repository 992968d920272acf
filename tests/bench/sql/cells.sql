\set north random(0, 3000000)
\set east random(0, 3000000)
with home as (select 51 + :north / 1e6 as latitude, -2.5 + :east / 1e6 as longitude, cos(radians(51 + :north / 1e6)) as narrow)
select id, square from home,
lateral (select floor((latitude - 0.36 - 50) * 25)::int as south, floor((latitude + 0.36 - 50) * 25)::int as north,
                floor((longitude - 0.36 / narrow + 5) * 25)::int as west, floor((longitude + 0.36 / narrow + 5) * 25)::int as east) as box,
lateral generate_series(south, north) as line,
lateral (select id, ((places.latitude - home.latitude) * 111195) ^ 2
                    + ((places.longitude - home.longitude) * 111195 * narrow) ^ 2 as square
         from places
         where kind = 1 and cell between line * 1000 + west and line * 1000 + east
           and traits & (16 | (1::bigint << 32)) = (16 | (1::bigint << 32))
           and free_from <= date '2026-03-01' and free_until >= date '2026-03-01' offset 0) as near
where square <= 40000::float8 ^ 2
order by square limit 20;
