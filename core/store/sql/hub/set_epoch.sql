UPDATE workspace SET epoch = :epoch WHERE only = 1
