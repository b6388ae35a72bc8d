SELECT words_gone FROM position WHERE only = 1
