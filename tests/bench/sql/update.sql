\set id random(1, :records)
update records set payload = repeat('z', 299) || :id % 10 where id = :id;
