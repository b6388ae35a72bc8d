DELETE FROM command
