-- The bell looks among an agent's own notes for those that did not reach whom they mention.
CREATE INDEX timeline_item_own_notes ON timeline_item (author_id, at_ms) WHERE kind = 'note'
