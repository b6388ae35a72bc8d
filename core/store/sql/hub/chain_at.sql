SELECT chain FROM log WHERE seq = :seq
