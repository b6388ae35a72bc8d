-- Whose command it was that this row of the log tells of.
SELECT client_id FROM outcome WHERE command_id = :command_id AND seq = :seq
