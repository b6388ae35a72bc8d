-- Which files items name, in the order in which they lie there. A list of none is one byte of CBOR.
SELECT row, attachments FROM timeline_item WHERE row > :after ORDER BY row LIMIT :row_count
