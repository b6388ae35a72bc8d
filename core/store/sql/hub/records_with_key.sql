-- Records of an import, other than what was said, that have a key of its system in their names (recordName()).
SELECT message_id FROM imported
 WHERE source = :source AND message_id >= char(31) AND message_id < char(32)
   AND instr(message_id || char(31), char(31) || :key || char(31)) > 0
