UPDATE timeline_item SET version = :version WHERE id = :id
