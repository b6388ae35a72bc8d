#include "core/hub/exchange/demo_shop.h"

#include "core/hub/access.h"
#include "core/hub/account_store.h"
#include "core/hub/exchange/import_files.h"
#include "core/hub/exchange/line_parser.h"
#include "core/hub/exchange/line_reader.h"
#include "core/store/entities.h"
#include "core/store/row_scan.h"
#include "core/store/sql.h"

#include <algorithm>
#include <fstream>

namespace tributary::hub::exchange {
namespace {

using namespace tributary::model;

constexpr const char *kDemoName = "Juniper & Kiln";

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
    TRIBUTARY_TRY_ASSIGN(const std::string hash, hashPassword(kDemoPassword));
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
    TRIBUTARY_TRY(setUpPeople(store));
    return chat;
}

} // namespace tributary::hub::exchange
