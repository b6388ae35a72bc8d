SELECT name, epoch, head, chain, next_number FROM workspace WHERE only = 1
