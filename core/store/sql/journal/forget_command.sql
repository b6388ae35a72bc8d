-- What a command was about is forgotten; its number stays used.
UPDATE command
   SET command = :command, checksum = :checksum, outcome = :outcome, settled = :settled,
       row_checksum = checksum_of(n, command_id, :checksum, :outcome, applied_ms, :settled)
 WHERE n = :n
