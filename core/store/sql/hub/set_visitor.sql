UPDATE visitor
   SET name = :name, email = :email, email_proven = :email_proven, identifier = :identifier, last_n = :last_n,
       read_n = :read_n, delivered_n = :delivered_n, seen_n = :seen_n, moved_to = :moved_to,
       got_n = :got_n
 WHERE id = :id
