-- Whether something was erased here of which it is not noted that what was left of it is overwritten: in this file, which may
-- be an older one that was put back.
SELECT EXISTS (SELECT 1 FROM field_set AS erased
                WHERE erased.field = :erased
                  AND NOT EXISTS (SELECT 1 FROM field_set AS done
                                   WHERE done.about = erased.about AND done.field = :overwritten
                                     AND done.at_ms >= erased.at_ms))
