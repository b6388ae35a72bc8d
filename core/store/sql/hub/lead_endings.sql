-- What was to go to a team that ends as well goes where that one's goes.
UPDATE ending SET into_id = :into_id WHERE into_id = :id
