-- What a command was about is forgotten; its number stays used.
UPDATE command SET command = :command, checksum = :checksum WHERE n = :n
