UPDATE position SET words_gone = 0 WHERE only = 1 AND words_gone = :words_gone
