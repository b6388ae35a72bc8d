-- What visitors have uploaded without a message that has it: of one visitor, of one network, of all. From the uploads, which are
-- few, to what they are: the other way would look at every attachment.
SELECT coalesce(sum(a.owner = :visitor_id), 0), coalesce(sum(CASE WHEN a.owner = :visitor_id THEN a.size_bytes END), 0),
       coalesce(sum(u.network = :network), 0), coalesce(sum(CASE WHEN u.network = :network THEN a.size_bytes END), 0),
       count(*), coalesce(sum(a.size_bytes), 0)
  FROM visitor_upload AS u
 CROSS JOIN attachment_ref AS a ON a.attachment_id = u.attachment_id
 WHERE NOT EXISTS (SELECT 1 FROM attachment_ref AS sent WHERE sent.sha256 = a.sha256 AND sent.item_id IS NOT NULL)
