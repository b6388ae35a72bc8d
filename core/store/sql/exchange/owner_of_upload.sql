-- The visitor who has sent a file ahead of the message it is for.
SELECT d.customer_id FROM attachment_ref AS a JOIN identity AS d ON d.channel = 'webchat' AND d.address = a.owner
 WHERE a.attachment_id = :attachment_id
