#include "core/hub/exchange/demo_shop.h"

#include "core/hub/access.h"
#include "core/hub/account_store.h"
#include "core/hub/exchange/import_files.h"
#include "core/hub/exchange/line_parser.h"
#include "core/hub/exchange/line_reader.h"
#include "core/hub/teams.h"
#include "core/model/permissions.h"
#include "core/store/entities.h"
#include "core/store/row_scan.h"
#include "core/store/sql.h"

#include <algorithm>
#include <fstream>

namespace tributary::hub::exchange {
namespace {

using namespace tributary::model;

constexpr const char *kDemoName = "Juniper & Kiln";
constexpr const char *kDemoAgent = "mara@juniperkiln.example";

struct ShopAgent {
    std::string email;
    std::string name;
    Agent::Role role = Agent::Role::Agent;
};

Result<std::vector<ShopAgent>> agentsOf(const std::filesystem::path &shop)
{
    std::vector<ShopAgent> agents;
    LineParser parser;
    TRIBUTARY_TRY_ASSIGN(LineReader reader, LineReader::open(shop, kMaxLineBytes));
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const auto got, reader.next());
        if (got == LineReader::Got::End)
            return agents;
        if (got != LineReader::Got::Line || reader.line().find("\"agent\"") == std::string_view::npos)
            continue;
        const auto line = parser.parse(reader.line());
        if (line && line->type == HistoryLine::Type::Agent)
            agents.push_back({line->email, line->name, fromName<Agent::Role>(line->role).value_or(Agent::Role::Agent)});
    }
}

/// What customers write while the demo runs, by the name of the account: lines `account TAB address TAB name TAB text`.
std::map<std::string, std::string> trafficOf(const std::filesystem::path &path)
{
    std::map<std::string, std::string> traffic;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (const std::size_t tab = line.find('\t'); tab != std::string::npos)
            traffic[line.substr(0, tab)] += line.substr(tab + 1) + "\n";
    }
    return traffic;
}

/// The accounts that the history brought have nobody behind them: the demo's driver takes their place.
Result<void> bringToLife(HubStore &store, const std::map<std::string, std::string> &traffic)
{
    return store.writer().writeAndWait([&](store::Database &database) -> Result<void> {
        auto query = database.query(store::sql::hub_accounts);
        TRIBUTARY_TRY_ASSIGN(std::vector<ChannelAccount> accounts, store::readAll<ChannelAccount>(query));
        ChangeLog changes(database);
        for (ChannelAccount &account : accounts) {
            if (account.health != ChannelAccount::Health::Paused)
                continue; // the shop's own chat is real
            std::map<std::string, std::string> settings{{"demo", "yes"}};
            if (const auto found = traffic.find(account.name); found != traffic.end())
                settings["traffic"] = found->second;
            account.health = ChannelAccount::Health::Starting;
            account.problem.clear();
            account.problemText.clear();
            account.undoSeconds = account.channel == Channel::Email ? 10 : 0;
            TRIBUTARY_TRY(changes.put(account));
            TRIBUTARY_TRY(configureAccount(store, database, account.id, settings));
        }
        auto name = database.query(store::sql::hub_rename_workspace);
        TRIBUTARY_TRY(name.bind("name", kDemoName).run());
        TRIBUTARY_TRY(changes.finish());
        return {};
    });
}

/// Views that the shop works with, and a colleague who has asked Mara to look.
Result<void> addViews(HubStore &store)
{
    return store.writer().writeAndWait([&](store::Database &database) -> Result<void> {
        std::optional<Agent> mara;
        {
            auto query = database.query(store::sql::hub_agent_by_email);
            query.bind("email", kDemoAgent);
            TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
            if (!found)
                return {}; // another shop
            mara = store::readRow<Agent>(query);
        }
        ChangeLog changes(database);
        struct View {
            const char *name;
            std::vector<SavedView::Condition> conditions;
            SavedView::Sort sort = SavedView::Sort::Newest;
        };
        const std::vector<View> views{
            {"VIP waiting", {{"customer_tag", "is", "vip"}, {"waiting", "is_set", ""}}, SavedView::Sort::LongestWaiting},
            {"Breakage", {{"tag", "is", "breakage"}}},
            {"Wholesale", {{"tag", "is", "wholesale"}}},
            {"Waiting on courier", {{"tag", "is", "delivery"}, {"status", "is_not", "resolved"}}, SavedView::Sort::Oldest}};
        std::int64_t position = 0;
        for (const View &view : views) {
            SavedView saved{.id = store.ids().make<SavedViewId>(), .name = view.name, .owner = mara->id};
            saved.sharing = SavedView::Sharing::Everybody;
            saved.conditions = view.conditions;
            saved.sort = view.sort;
            saved.position = position++;
            TRIBUTARY_TRY(changes.put(saved));
        }
        // Where the newest note asks her, among what is open.
        std::map<ConversationId, Conversation> open;
        TRIBUTARY_TRY(store::scanRows(database, {.type = EntityType::Conversation}, [&](const Entity &entity, const auto &) {
            const auto &conversation = std::get<Conversation>(entity);
            if (conversation.status == Conversation::Status::Open)
                open.emplace(conversation.id, conversation);
            return Result<void>();
        }));
        std::optional<ReadMark> mark;
        TRIBUTARY_TRY(store::scanRows(database, {.type = EntityType::TimelineItem}, [&](const Entity &entity, const auto &) {
            const auto &item = std::get<TimelineItem>(entity);
            const auto at = open.find(item.conversation);
            const bool asks = item.kind == TimelineItem::Kind::Note && item.body.find("@Mara") != std::string::npos;
            if (asks && at != open.end() && (!mark || item.at > *mark->mentionedAt))
                mark = ReadMark{.agent = mara->id,
                                .conversation = at->first,
                                .readCount = at->second.inboundCount,
                                .mentionedAt = item.at};
            return Result<void>();
        }));
        if (mark)
            TRIBUTARY_TRY(changes.put(*mark));
        TRIBUTARY_TRY(changes.finish());
        return {};
    });
}

/// A role that is not one of the plain three: what an agent may do, without what takes experience.
Role seasonalHelp(RoleId id)
{
    Role role{.id = id, .name = "Seasonal help", .permissions = permissionsOf(Agent::Role::Agent)};
    role.visibility = Visibility::Assigned;
    for (const Permission permission :
         {Permission::StartConversations, Permission::AssignOthers, Permission::RearrangeTimelines, Permission::BulkActions,
          Permission::MergeCustomers, Permission::BlockCustomers, Permission::SeeConfidentialFields, Permission::Export})
        std::erase(role.permissions, nameOf(permission));
    return role;
}

Role shiftLead(RoleId id)
{
    Role role{.id = id, .name = "Shift lead", .permissions = permissionsOf(Agent::Role::Lead)};
    role.visibility = Visibility::Everything;
    role.permissions.emplace_back(nameOf(Permission::ManageTeams));
    return role;
}

/// How the shop works: roles, how much each takes on, how work is given out, fields and statuses. Nothing of it moves work
/// while the demo is looked at: who would be given some is not there.
Result<void> setUp(HubStore &store, TimePoint now)
{
    return store.writer().writeAndWait([&](store::Database &database) -> Result<void> {
        ChangeLog changes(database);
        const Role help = seasonalHelp(store.ids().make<RoleId>()), lead = shiftLead(store.ids().make<RoleId>());
        TRIBUTARY_TRY(saveRole(changes, store.ids(), help, now));
        TRIBUTARY_TRY(saveRole(changes, store.ids(), lead, now));
        struct Person {
            const char *email;
            std::int64_t capacity;
            std::vector<std::string> languages;
            bool away = false;
            std::optional<RoleId> role = {};
        };
        const std::vector<Person> people{{"mara@juniperkiln.example", 12, {"en", "ar"}},
                                         {"tomas@juniperkiln.example", 15, {"en", "pt"}},
                                         {"aiko@juniperkiln.example", 10, {"en", "ja"}},
                                         {"priya@juniperkiln.example", 0, {"en", "hi"}},
                                         {"yusuf@juniperkiln.example", 8, {"en", "tr"}, false, lead.id},
                                         {"noor@juniperkiln.example", 6, {"en", "ar"}, true, help.id},
                                         {"lin.wei@juniperkiln.example", 15, {"zh", "en"}},
                                         {"hassan@juniperkiln.example", 10, {"ar"}},
                                         {"greta@juniperkiln.example", 10, {"en", "de", "sv"}}};
        for (const Person &person : people) {
            auto query = database.query(store::sql::hub_agent_by_email);
            query.bind("email", std::string_view(person.email));
            TRIBUTARY_TRY_ASSIGN(std::vector<Agent> found, store::readAll<Agent>(query));
            if (found.empty())
                continue; // another shop
            Agent agent = found.front();
            agent.capacity = person.capacity;
            agent.languages = person.languages;
            agent.away = person.away;
            agent.customRole = person.role;
            TRIBUTARY_TRY(setRights(changes, store.ids(), agent, now));
        }
        const std::tuple<const char *, Team::Routing, std::int64_t> teams[]{
            {"中文客服", Team::Routing::RoundRobin, 0}, {"Returns desk", Team::Routing::LeastLoad, 24 * 60}};
        for (const auto &[name, routing, minutes] : teams) {
            auto team = teamNamed(database, name);
            if (!team)
                continue;
            team->routing = routing;
            team->returnMinutes = minutes;
            TRIBUTARY_TRY(saveTeam(changes, *team));
        }
        using Field = FieldDefinition;
        const std::vector<Field> fields{
            {.subject = Field::Subject::Conversation, .key = "order_number", .name = "Order number"},
            {.subject = Field::Subject::Conversation,
             .key = "reason",
             .name = "Reason",
             .type = Field::Type::Choice,
             .choices = {"Breakage", "Wrong item", "Late delivery", "Question"},
             .position = 1},
            {.subject = Field::Subject::Conversation,
             .key = "promised_by",
             .name = "Promised by",
             .type = Field::Type::Date,
             .position = 2},
            {.subject = Field::Subject::Customer, .key = "shop_since", .name = "Customer since", .type = Field::Type::Date},
            {.subject = Field::Subject::Customer, .key = "confidential.iban", .name = "Account for refunds", .position = 1},
            {.subject = Field::Subject::Company, .key = "wholesale", .name = "Wholesale terms", .type = Field::Type::Flag}};
        for (Field field : fields) {
            field.id = store.ids().make<FieldDefinitionId>();
            TRIBUTARY_TRY(changes.put(field));
        }
        const std::pair<const char *, Conversation::Status> statuses[]{
            {"Waits for the courier", Conversation::Status::Waiting},
            {"Waits for the kiln", Conversation::Status::Waiting},
            {"Needs a photo", Conversation::Status::Open},
            {"Refunded", Conversation::Status::Resolved}};
        std::int64_t position = 0;
        for (const auto &[name, counts] : statuses) {
            CustomStatus status{.id = store.ids().make<CustomStatusId>(), .name = name, .status = counts};
            status.position = position++;
            TRIBUTARY_TRY(changes.put(status));
        }
        TRIBUTARY_TRY(changes.finish());
        return {};
    });
}

/// Custom fields of the shop's customers, a company, and what some have agreed to: not part of a history file.
Result<void> setUpPeople(HubStore &store)
{
    return store.writer().writeAndWait([&](store::Database &database) -> Result<void> {
        ChangeLog changes(database);
        using Type = FieldDefinition::Type;
        const std::tuple<const char *, const char *, Type> fields[]{{"phone", "Delivery phone", Type::Text},
                                                                    {"tier", "Price list", Type::Choice},
                                                                    {"birthday", "Birthday", Type::Date},
                                                                    {"wholesale", "Wholesale", Type::Flag}};
        std::int64_t position = 0;
        for (const auto &[key, name, type] : fields) {
            FieldDefinition field{.id = store.ids().make<FieldDefinitionId>(),
                                  .subject = FieldDefinition::Subject::Customer,
                                  .key = key,
                                  .name = name,
                                  .type = type,
                                  .position = ++position};
            if (type == Type::Choice)
                field.choices = {"Retail", "Studio", "Wholesale"};
            TRIBUTARY_TRY(changes.put(field));
        }
        Company salon{.id = store.ids().make<CompanyId>(), .name = "Jumeirah Tea Salon"};
        TRIBUTARY_TRY(changes.put(salon));
        std::vector<Customer> customers;
        TRIBUTARY_TRY(store::scanRows(database, {.type = EntityType::Customer}, [&](const Entity &entity, const auto &) {
            customers.push_back(std::get<Customer>(entity));
            return Result<void>();
        }));
        for (Customer &customer : customers) {
            const bool isLayla = customer.name.starts_with("Layla"),
                       isDouble = std::ranges::count(customer.tags, "lantern") > 0;
            if (!isLayla && !isDouble)
                continue;
            customer.attributes["phone"] = "+971 50 555 0172";
            if (isLayla) {
                customer.company = salon.id;
                customer.attributes["tier"] = "Studio";
            }
            TRIBUTARY_TRY(changes.put(customer));
            const auto consent = [&](Consent::Purpose purpose, bool granted, const char *source) {
                Consent one{.id = consentId(customer.id, Channel::Email, purpose),
                            .customer = customer.id,
                            .channel = Channel::Email,
                            .purpose = purpose,
                            .granted = granted,
                            .source = source,
                            .at = customer.createdAt};
                return changes.put(one);
            };
            TRIBUTARY_TRY(consent(Consent::Purpose::Service, true, "Order form"));
            TRIBUTARY_TRY(consent(Consent::Purpose::Marketing, isDouble, isDouble ? "Newsletter form" : "Unsubscribe link"));
        }
        TRIBUTARY_TRY(changes.finish());
        return {};
    });
}

} // namespace

Result<std::filesystem::path> demoShopFile()
{
    for (const char *folder : {TRIBUTARY_SHARE_DIR, TRIBUTARY_SOURCE_SHARE_DIR}) {
        const std::filesystem::path file = std::filesystem::path(folder) / "demo" / "shop.jsonl";
        std::error_code error;
        if (std::filesystem::is_regular_file(file, error))
            return file;
    }
    return failure(Error::Kind::NotFound, "the demo shop is not installed");
}

Result<ChannelAccount> seedDemo(HubStore &store, const DemoOptions &options, const admin::Console &console)
{
    std::filesystem::path shop = options.shop;
    if (shop.empty()) {
        TRIBUTARY_TRY_ASSIGN(shop, demoShopFile());
    }
    TRIBUTARY_TRY_ASSIGN(const std::vector<ShopAgent> agents, agentsOf(shop));
    TRIBUTARY_TRY_ASSIGN(const std::string hash, hashUnchecked(kDemoPassword));
    TRIBUTARY_TRY(store.writer().writeAndWait([&](store::Database &database) -> Result<void> {
        auto query = database.query(store::sql::exchange_is_empty);
        TRIBUTARY_TRY(query.step());
        if (!query.flag(0))
            return failure(Error::Kind::Conflict, "the demo shop needs an empty data folder");
        for (const ShopAgent &agent : agents)
            TRIBUTARY_TRY(addAgent(database, store.ids(), agent.email, agent.name, agent.role, hash));
        return {};
    }));
    std::string origins;
    for (const std::string &origin : options.origins)
        origins += (origins.empty() ? "" : " ") + origin;
    if (origins.empty())
        origins = "http://127.0.0.1";
    TRIBUTARY_TRY_ASSIGN(const ChannelAccount chat,
                         addAccount(store, Channel::WebChat, "Shop chat", {{"origins", origins}}, {}));
    TRIBUTARY_TRY(importFiles(store, {std::filesystem::absolute(shop).string()}, {.demoShift = true}, console));
    TRIBUTARY_TRY(bringToLife(store, trafficOf(shop.parent_path() / "traffic.tsv")));
    TRIBUTARY_TRY(addViews(store));
    TRIBUTARY_TRY(setUp(store, store.clock().now()));
    TRIBUTARY_TRY(setUpPeople(store));
    return chat;
}

} // namespace tributary::hub::exchange
