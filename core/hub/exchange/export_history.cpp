#include "core/hub/exchange/export_history.h"

#include "core/base/compression.h"
#include "core/hub/endings.h"
#include "core/hub/exchange/attachment_source.h"
#include "core/hub/exchange/export_lines.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/text/utf8.h"

#include <fstream>

namespace tributary::hub::exchange {
namespace {

using namespace tributary::model;
namespace fs = std::filesystem;
namespace sql = store::sql;

constexpr std::int64_t kPage = 500;
constexpr std::size_t kInLine =
    3 * 1024 * 1024; ///< All files of one line together: with base64 it stays below the limit of a line.
constexpr std::size_t kPiece = 3 * 1024 * 1024;
constexpr std::size_t kMaxUnknown = 8 * 1024 * 1024;
constexpr Milliseconds kReportEvery{1000};

class Export {
public:
    Export(HubStore &store, const ExportOptions &options, const LineSink &sink, const admin::Console &console)
        : m_store(store)
        , m_options(options)
        , m_sink(sink)
        , m_console(console)
    {
    }

    Result<std::int64_t> run()
    {
        // Lines go to whoever asked, who may be slow, or gone: what the desktops read by must not wait for that.
        TRIBUTARY_TRY_ASSIGN(m_reader, m_store.openReader());
        TRIBUTARY_TRY(loadOurs());
        TRIBUTARY_TRY(pages<Customer>(sql::hub_bootstrap_customer, [&](store::Database &database, const Customer &customer) {
            return addCustomer(database, customer);
        }));
        TRIBUTARY_TRY(
            pages<CustomerLink>(sql::hub_bootstrap_customer_link, [&](store::Database &, const CustomerLink &link) {
                m_page.push_back(lineOf(link, link.by ? emailOf(*link.by) : "", link.endedBy ? emailOf(*link.endedBy) : ""));
                return Result<void>();
            }));
        TRIBUTARY_TRY(pages<Suggestion>(sql::hub_bootstrap_suggestion, [&](store::Database &, const Suggestion &suggestion) {
            m_page.push_back(lineOf(suggestion));
            return Result<void>();
        }));
        TRIBUTARY_TRY(addItems());
        m_console.err(std::string("exported ") + std::to_string(m_lines) + " lines. " + kLeftOut);
        return m_lines;
    }

private:
    /// What a read has found, once it is over.
    Result<void> emitPage()
    {
        for (const std::string &line : m_page)
            emit(line);
        m_page.clear();
        return stillHeard();
    }

    Result<void> stillHeard() const
    {
        if (m_console.isOver())
            return failure(Error::Kind::Offline, "nobody reads the export any more");
        return {};
    }

    void emit(const std::string &line)
    {
        m_sink(line);
        ++m_lines;
        const Milliseconds now = m_store.clock().steady();
        if (now - m_reportedAt < kReportEvery)
            return;
        if (m_reportedAt.count() > 0)
            m_console.err("exported " + std::to_string(m_lines) + " lines");
        m_reportedAt = now;
    }

    std::string emailOf(AgentId id) const
    {
        const auto found = m_agents.find(id);
        return found == m_agents.end() ? std::string() : found->second.email;
    }

    Result<void> loadOurs()
    {
        TRIBUTARY_TRY(m_reader->readAndWait([&](store::Database &database) -> Result<void> {
            auto accounts = database.query(sql::hub_accounts);
            TRIBUTARY_TRY_ASSIGN(const auto ours, store::readAll<ChannelAccount>(accounts));
            for (const ChannelAccount &account : ours) {
                m_accounts.emplace(account.id, account);
                m_page.push_back(lineOf(account));
            }
            auto teams = database.query(sql::exchange_teams);
            TRIBUTARY_TRY_ASSIGN(const auto allTeams, store::readAll<Team>(teams));
            for (const Team &team : allTeams) {
                m_teams.emplace(team.id, team.name);
                m_page.push_back(lineOf(team));
            }
            auto agents = database.query(sql::exchange_agents);
            TRIBUTARY_TRY_ASSIGN(const auto allAgents, store::readAll<Agent>(agents));
            for (const Agent &agent : allAgents) {
                m_agents.emplace(agent.id, agent);
                std::vector<std::string> names;
                for (const TeamId &team : agent.teams)
                    names.push_back(m_teams[team]);
                m_page.push_back(lineOf(agent, names));
            }
            return {};
        }));
        return emitPage();
    }

    /// All rows of one kind, by id, each page in a read of its own.
    template<class T, class Each>
    Result<void> pages(std::string_view text, Each each)
    {
        RawId after{};
        for (std::size_t rows = kPage; rows == kPage;) {
            TRIBUTARY_TRY(m_reader->readAndWait([&](store::Database &database) -> Result<void> {
                auto query = database.query(text);
                query.bind("after_id", after).bind("row_count", kPage);
                TRIBUTARY_TRY_ASSIGN(const std::vector<T> page, store::readAll<T>(query));
                rows = page.size();
                for (const T &one : page)
                    TRIBUTARY_TRY(each(database, one));
                if (!page.empty())
                    after = page.back().id.bytes;
                return {};
            }));
            TRIBUTARY_TRY(emitPage());
        }
        return {};
    }

    Result<void> addCustomer(store::Database &database, const Customer &customer)
    {
        auto query = database.query(sql::hub_customers_identities);
        query.bind("customer_id", customer.id);
        TRIBUTARY_TRY_ASSIGN(const auto identities, store::readAll<Identity>(query));
        std::vector<std::pair<Identity, std::string>> named;
        for (const Identity &identity : identities) {
            const auto account = m_accounts.find(identity.account);
            named.emplace_back(identity, account == m_accounts.end() ? std::string() : labelOf(account->second));
        }
        auto said = database.query(sql::cache_consents_of);
        said.bind("id", customer.id);
        TRIBUTARY_TRY_ASSIGN(const auto consents, store::readAll<Consent>(said));
        std::vector<std::pair<Consent, std::string>> recorded;
        for (const Consent &consent : consents)
            recorded.emplace_back(consent, consent.by ? emailOf(*consent.by) : std::string());
        m_page.push_back(lineOf(customer, named, recorded));
        return {};
    }

    Result<void> addItems()
    {
        TimePoint afterAt = fromMs(-1);
        TimelineItemId afterId;
        for (std::size_t rows = kPage; rows == kPage;) {
            TRIBUTARY_TRY_ASSIGN(const std::vector<ExportedItem> page, m_reader->readAndWait([&](store::Database &database) {
                return itemsAfter(database, afterAt, afterId);
            }));
            rows = page.size();
            for (ExportedItem exported : page) { // files are read outside of the store's transaction
                TRIBUTARY_TRY(addContents(exported));
                emit(lineOf(exported));
                TRIBUTARY_TRY(stillHeard());
                afterAt = exported.item.at;
                afterId = exported.item.id;
            }
        }
        return {};
    }

    Result<std::vector<ExportedItem>> itemsAfter(store::Database &database, TimePoint at, TimelineItemId id)
    {
        auto query = database.query(sql::exchange_items);
        query.bind("after_ms", at).bind("after_id", id).bind("row_count", kPage);
        TRIBUTARY_TRY_ASSIGN(auto items, store::readAll<TimelineItem>(query));
        std::vector<ExportedItem> page;
        for (TimelineItem &item : items) {
            ExportedItem exported;
            TRIBUTARY_TRY_ASSIGN(const auto identity, store::identity(database, item.identity));
            exported.identity = identity.value_or(Identity());
            if (const auto account = m_accounts.find(item.account); account != m_accounts.end())
                exported.account = labelOf(account->second);
            if (item.author) {
                if (const auto agent = m_agents.find(*item.author); agent != m_agents.end()) {
                    exported.authorEmail = agent->second.email;
                    exported.authorAgentName = agent->second.name;
                }
            }
            TRIBUTARY_TRY(addState(database, item, exported));
            TRIBUTARY_TRY(addUnknown(database, item, exported));
            exported.item = std::move(item);
            page.push_back(std::move(exported));
        }
        return page;
    }

    Result<void> addState(store::Database &database, const TimelineItem &item, ExportedItem &exported)
    {
        auto last = database.query(sql::exchange_last_item);
        last.bind("conversation_id", item.conversation);
        TRIBUTARY_TRY(last.step());
        exported.isLast = last.id<TimelineItemId>(0) == item.id;
        if (!exported.isLast)
            return {};
        TRIBUTARY_TRY_ASSIGN(const auto conversation, store::conversation(database, item.conversation));
        exported.isLast = conversation.has_value();
        exported.conversation = conversation.value_or(Conversation());
        if (exported.conversation.assignee)
            exported.assignee = emailOf(*exported.conversation.assignee);
        TRIBUTARY_TRY_ASSIGN(const auto team, teamAfter(database, exported.conversation.team));
        if (team)
            exported.team = m_teams[*team];
        return {};
    }

    Result<void> addUnknown(store::Database &database, const TimelineItem &item, ExportedItem &exported)
    {
        auto raw = database.query(sql::exchange_raw_payload);
        raw.bind("account_id", item.account).bind("external_id", "imported:" + item.id.text());
        TRIBUTARY_TRY_ASSIGN(const bool found, raw.step());
        if (!found)
            return {};
        if (const auto plain = decompress(raw.blob(0), kMaxUnknown))
            exported.unknown = textOf(*plain);
        return {};
    }

    Result<void> addContents(ExportedItem &exported)
    {
        std::size_t inLine = 0;
        for (const Attachment &attachment : exported.item.attachments) {
            std::string &content = exported.contents.emplace_back();
            if (attachment.sha256.empty())
                continue;
            const auto bytes = m_store.blobs().read(attachment.sha256, std::size_t(kMaxAttachmentBytes));
            if (!bytes) {
                m_console.err("an attachment of " + exported.item.id.text() + " is left out: " + bytes.error().detail);
                continue;
            }
            if (!m_options.filesFolder.empty()) {
                TRIBUTARY_TRY_ASSIGN(content, besideAsPath(attachment, *bytes));
            } else if (inLine + bytes->size() <= kInLine) {
                inLine += bytes->size();
                content = "data_base64:" + toBase64(*bytes);
            } else {
                for (std::size_t at = 0; at < bytes->size(); at += kPiece) {
                    const ByteView piece = ByteView(*bytes).subspan(at, std::min(kPiece, bytes->size() - at));
                    emit(pieceOf(attachment.sha256, std::int64_t(at), std::int64_t(bytes->size()), toBase64(piece)));
                }
                content = "sha256:" + attachment.sha256;
            }
        }
        return {};
    }

    Result<std::string> besideAsPath(const Attachment &attachment, const Bytes &bytes)
    {
        const std::string relative = attachment.sha256.substr(0, 2) + "/" + attachment.sha256;
        std::error_code error;
        fs::create_directories(m_options.filesFolder / attachment.sha256.substr(0, 2), error);
        std::ofstream out(m_options.filesFolder / relative, std::ios::binary);
        out.write(reinterpret_cast<const char *>(bytes.data()), std::streamsize(bytes.size()));
        out.close();
        if (!out)
            return failure(Error::Kind::Failed, "cannot write to the folder for the files");
        return "path:" + (m_options.filesFolder.filename() / relative).string();
    }

    HubStore &m_store;
    const ExportOptions &m_options;
    const LineSink &m_sink;
    const admin::Console &m_console;
    std::unique_ptr<store::Reader> m_reader;
    std::vector<std::string> m_page; ///< Lines of the read under way.
    std::map<ChannelAccountId, ChannelAccount> m_accounts;
    std::map<TeamId, std::string> m_teams;
    std::map<AgentId, Agent> m_agents;
    std::int64_t m_lines = 0;
    Milliseconds m_reportedAt{0};
};

} // namespace

Result<std::int64_t> exportAll(HubStore &store, const ExportOptions &options, const LineSink &sink,
                               const admin::Console &console)
{
    return Export(store, options, sink, console).run();
}

} // namespace tributary::hub::exchange
