SELECT name FROM incarnation WHERE only = 1
