-- What became of a command that another numbering has brought already: a copy of an installation, or one that began anew.
SELECT n, command_id, kind, reason, detail, refused_rows FROM outcome WHERE command_id = :command_id LIMIT 1
