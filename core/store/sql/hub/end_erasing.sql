DELETE FROM erasing_item
