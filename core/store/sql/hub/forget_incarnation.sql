DELETE FROM incarnation
