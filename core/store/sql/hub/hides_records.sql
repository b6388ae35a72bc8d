-- Whether any record of an import is known by a hash alone (HiddenRecords::nameOf()).
SELECT 1 FROM imported
 WHERE source = :source AND message_id >= char(31) || 'erased' || char(31) AND message_id < char(31) || 'erased' || char(32)
 LIMIT 1
