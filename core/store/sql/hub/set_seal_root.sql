UPDATE workspace SET seal_root = :seal_root WHERE only = 1
