DELETE FROM command_gone
