UPDATE installation SET client_id = :client_id, next_n = :next_n WHERE only = 1
