DELETE FROM item_to_search
