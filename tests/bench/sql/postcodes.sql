set client_min_messages = warning;
drop table if exists postcodes;
create table postcodes (postcode text primary key, easting int, northing int);
