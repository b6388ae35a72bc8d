UPDATE workspace SET head = :head, chain = :chain WHERE only = 1
