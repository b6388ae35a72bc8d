#include "core/hub/audit_chain.h"

#include "core/store/sql.h"

#include <algorithm>
#include <charconv>

namespace tributary::hub {
namespace {

namespace sql = store::sql;

/// Fields with their sizes: no two entries have the same bytes.
class Hashing {
public:
    void add(std::int64_t number) { add(bytesOf(std::to_string(number))); }
    void add(std::string_view text) { add(bytesOf(text)); }
    void add(ByteView field)
    {
        m_stream.add(bytesOf(std::to_string(field.size()) + ":"));
        m_stream.add(field);
    }
    Sha256 finish() { return m_stream.finish(); }

private:
    Sha256Stream m_stream;
};

std::string entryNamed(std::int64_t n)
{
    return "entry " + std::to_string(n) + " of the audit log ";
}

/// Goes through the log from its beginning, until @p seen says what is wrong.
template<class Seen>
Result<AuditMark> walk(store::Database &database, Seen seen)
{
    AuditMark mark;
    auto query = database.query(sql::hub_audit_rows);
    query.bind("after_n", 0);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return mark;
        const AuditRow row{.n = query.integer(0),
                           .atMs = query.integer(1),
                           .kind = query.text(2),
                           .place = query.text(4),
                           .about = query.text(6),
                           .was = query.text(7),
                           .became = query.text(8),
                           .by = query.blob(3),
                           .subject = query.blob(5)};
        const std::int64_t before = mark.n;
        mark = markAfter(mark, row);
        if (!seen(before, mark, query.blob(9)))
            return mark;
    }
}

} // namespace

std::string AuditMark::text() const
{
    return std::to_string(n) + ":" + toHex(hash);
}

std::optional<AuditMark> AuditMark::fromText(std::string_view text)
{
    AuditMark mark;
    const char *const end = text.data() + text.size();
    const auto [after, error] = std::from_chars(text.data(), end, mark.n);
    if (error != std::errc() || after == end || *after != ':' || mark.n < 0)
        return std::nullopt;
    const auto hash = fromHex({after + 1, end});
    if (!hash || hash->size() != mark.hash.size())
        return std::nullopt;
    std::ranges::copy(*hash, mark.hash.begin());
    return mark;
}

AuditMark markAfter(const AuditMark &before, const AuditRow &row)
{
    Hashing hashing;
    hashing.add(ByteView(before.hash));
    hashing.add(row.n);
    hashing.add(row.atMs);
    for (const std::string_view text : {row.kind, row.place, row.about, row.was, row.became})
        hashing.add(text);
    hashing.add(row.by);
    hashing.add(row.subject);
    return {row.n, hashing.finish()};
}

Result<AuditMark> auditMark(store::Database &database)
{
    auto query = database.query(sql::hub_audit_last);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    if (!found)
        return AuditMark{};
    AuditMark mark{.n = query.integer(0)};
    if (query.blob(1).size() != mark.hash.size())
        return walk(database, [](std::int64_t, const AuditMark &, ByteView) { return true; });
    std::ranges::copy(query.blob(1), mark.hash.begin());
    return mark;
}

Result<AuditCheck> checkAudit(store::Database &database, const std::optional<AuditMark> &known)
{
    AuditCheck check;
    bool hasHashes = false, hasKnown = !known || *known == AuditMark{};
    TRIBUTARY_TRY_ASSIGN(check.last, walk(database, [&](std::int64_t before, const AuditMark &mark, ByteView hash) {
                             if (mark.n != before + 1)
                                 check.problem = entryNamed(before + 1) + "is missing";
                             else if (hash.empty() ? hasHashes : !std::ranges::equal(hash, mark.hash))
                                 check.problem = entryNamed(mark.n) + "was changed";
                             else if (known && known->n == mark.n && *known != mark)
                                 check.problem = entryNamed(mark.n) + "or one before it is not what was marked";
                             hasHashes |= !hash.empty();
                             hasKnown |= known == mark;
                             return check.problem.empty();
                         }));
    if (check.problem.empty() && !hasKnown)
        check.problem = entryNamed(known->n) + "was marked, and is missing";
    return check;
}

} // namespace tributary::hub
