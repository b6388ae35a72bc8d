-- All that was said to make the file, in one text. What SQLite made by itself (`sqlite_...`) follows from it.
SELECT coalesce(group_concat(said, char(10)), '')
  FROM (SELECT type || ' ' || name || ' ' || sql AS said FROM sqlite_schema
         WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite#_%' ESCAPE '#' ORDER BY name)
