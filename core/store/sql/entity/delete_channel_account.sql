DELETE FROM channel_account WHERE id = :id
