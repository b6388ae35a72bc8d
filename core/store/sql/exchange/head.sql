SELECT head FROM workspace WHERE only = 1
