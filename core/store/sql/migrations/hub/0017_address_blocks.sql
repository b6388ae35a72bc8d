-- Everybody is looked at once more, in slices: addresses are compared by place and house number now.
DELETE FROM matching
