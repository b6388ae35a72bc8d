SELECT n, command, checksum FROM command ORDER BY n
