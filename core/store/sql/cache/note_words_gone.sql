UPDATE position SET words_gone = words_gone + 1 WHERE only = 1
