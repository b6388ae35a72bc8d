SELECT seal_root FROM workspace WHERE only = 1 AND seal_root IS NOT NULL
