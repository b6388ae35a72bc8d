UPDATE workspace SET name = :name WHERE only = 1
