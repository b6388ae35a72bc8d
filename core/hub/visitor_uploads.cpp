#include "core/hub/visitor_uploads.h"

#include "core/store/sql.h"

namespace tributary::hub {

namespace sql = store::sql;

namespace {

constexpr std::int64_t kAtOnce = 500;
constexpr std::chrono::hours kSweepEvery{24};

Result<std::vector<model::AttachmentId>> oldOnes(store::Query query, TimePoint before)
{
    std::vector<model::AttachmentId> old;
    query.bind("before_ms", before).bind("row_count", kAtOnce);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return old;
        old.push_back(query.id<model::AttachmentId>(0));
    }
}

Result<void> forgetUnsent(store::Database &database, const model::AttachmentId &id)
{
    return database.query(sql::hub_forget_unsent_attachment).bind("attachment_id", id).run();
}

} // namespace

Result<void> hasRoomFor(store::Database &database, const Upload &upload)
{
    auto query = database.query(sql::hub_unsent_uploads);
    query.bind("visitor_id", upload.visitor).bind("network", upload.network);
    TRIBUTARY_TRY(query.step());
    if (query.integer(0) >= kMostUnsentFiles || query.integer(1) + upload.bytes > kMostUnsentBytes)
        return failure(Error::Kind::Rejected, "too much of this visitor is unsent");
    if (query.integer(2) >= kMostUnsentFilesOfNetwork || query.integer(3) + upload.bytes > kMostUnsentOfNetwork)
        return failure(Error::Kind::Rejected, "too much of this address is unsent");
    if (query.integer(4) >= kMostUnsentFilesOfAll || query.integer(5) + upload.bytes > kMostUnsentOfAll)
        return failure(Error::Kind::Rejected, "too much of all visitors is unsent");
    return {};
}

Result<std::int64_t> forgetUploads(store::Database &database, TimePoint before)
{
    TRIBUTARY_TRY_ASSIGN(const auto old, oldOnes(database.query(sql::hub_old_visitor_uploads), before));
    for (const model::AttachmentId &id : old) {
        TRIBUTARY_TRY(forgetUnsent(database, id));
        TRIBUTARY_TRY(database.query(sql::hub_forget_visitor_upload).bind("attachment_id", id).run());
    }
    return std::int64_t(old.size());
}

Result<std::int64_t> forgetAgentUploads(store::Database &database, TimePoint before)
{
    TRIBUTARY_TRY_ASSIGN(const auto old, oldOnes(database.query(sql::hub_old_agent_uploads), before));
    for (const model::AttachmentId &id : old)
        TRIBUTARY_TRY(forgetUnsent(database, id));
    return std::int64_t(old.size());
}

bool SweepTimes::isDue(Milliseconds now)
{
    if (!m_wanted && now - m_last < kSweepEvery)
        return false;
    m_wanted = false;
    m_last = now;
    return true;
}

Result<std::size_t> sweepBlobs(HubStore &store, std::chrono::seconds age)
{
    TRIBUTARY_TRY_ASSIGN(const auto database, store.openReading());
    return store.blobs().sweep(age, [&](const std::string &sha256) {
        if (store.endsLongReads())
            return true; // it goes on at the next start
        auto query = database->query(sql::hub_blob_named);
        query.bind("sha256", sha256);
        const auto named = query.exists();
        return !named || *named; // who cannot tell deletes nothing
    });
}

} // namespace tributary::hub
