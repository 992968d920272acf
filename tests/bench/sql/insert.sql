insert into records (name, payload) values ('Provider of measured care', repeat('y', 300));
