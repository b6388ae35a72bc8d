DELETE FROM custom_status WHERE id = :id
