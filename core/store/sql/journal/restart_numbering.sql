UPDATE installation SET client_id = :client_id, next_n = :next_n, checksum = :checksum WHERE only = 1
