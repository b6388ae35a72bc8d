-- Told twice, the first time counts: its author may have decided since.
UPDATE command SET outcome = :outcome WHERE n = :n AND command_id = :command_id AND outcome IS NULL
