SELECT count(*) FROM (SELECT 1 FROM conversation AS c WHERE TRUE /*which*/ LIMIT :most)
