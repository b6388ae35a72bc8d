-- What a visitor has put beside a message that is not sent yet goes along.
UPDATE attachment_ref SET owner = :into WHERE owner = :from AND item_id IS NULL
