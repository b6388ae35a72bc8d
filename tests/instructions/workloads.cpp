// What the program does most, each a fixed piece of work whose instructions are counted (see check). workloads NAME
#include "core/hub/exchange/import_run.h"
#include "core/hub/exchange/line_parser.h"
#include "core/hub/hub_store.h"
#include "core/store/cache.h"
#include "core/store/opened.h"
#include "core/text/html_cleaner.h"
#include "core/text/search_fold.h"
#include "core/wire/frames.h"
#include "tests/hub/core/hub_under_test.h"

#include <cstdio>
#include <functional>

using namespace tributary;
using namespace tributary::model;

/// Only what runs in here is counted.
extern "C" [[gnu::noinline]] void measuredWork(const std::function<void()> &work)
{
    work();
    asm volatile("" ::: "memory");
}

namespace {

using hub::HubUnderTest;
using Work = std::function<void()>;

const std::string kText = "The blue glaze on the bowl has a small crack at the rim. Ça va très bien, merci beaucoup! "
                          "最好能在周末之前到，谢谢！ مرحباً، هل من جديد بخصوص الأكواب البديلة؟ Переплачено за доставку. ";

std::string times(const std::string &text, int count)
{
    std::string all;
    for (int i = 0; i < count; ++i)
        all += text;
    return all;
}

/// A hub with the letters and lines of sixty people, and all of its log as one desktop gets it.
struct Shop : HubUnderTest {
    std::vector<wire::Changes> frames;
    std::vector<ConversationId> conversations;

    Shop()
    {
        for (int i = 0; i < 300; ++i) {
            clock.advance(std::chrono::minutes(1));
            auto envelope = letter("customer" + std::to_string(i % 60) + "@mail.test");
            envelope.text = kText;
            conversations.push_back(take(envelope).conversation);
        }
        for (std::int64_t at = 0;;) {
            frames.push_back(must(hub::changesAfter(*database, at, mara.id, desk, 40 * 1024)));
            if (frames.back().to == at || frames.back().to >= frames.back().head)
                break;
            at = frames.back().to;
        }
    }
};

/// The desktop's copy of it.
struct Copy : Shop {
    std::unique_ptr<store::Database> copy;
    Copy()
    {
        copy = must(store::Database::open(folder.filePath("cache.db").toStdString(),
                                          {.durability = store::Database::Durability::Normal}));
        must(store::migrate(*copy, store::cacheMigrations()));
        must(copy->inTransaction([this] { return store::Cache(*copy).setState({.client = desk, .agent = mara.id}); }));
    }
    void applyAll()
    {
        for (const wire::Changes &frame : frames)
            must(copy->inTransaction([&] { return store::Cache(*copy).apply(frame, {}, mara); }));
    }
};

Work fold()
{
    return [text = times(kText, 200)] {
        for (int i = 0; i < 5; ++i)
            (void)text::foldForSearch(text);
    };
}

Work clean()
{
    const std::string row =
        "<tr><td style=\"color:red\" onclick=\"x()\"><b>12 cups</b></td><td><a href=\"https://shop.test/a?b=c\">" + kText
        + "</a><img src=\"https://elsewhere.test/p.gif\" width=1 height=1></td></tr>";
    return [html = "<html><head><style>p{}</style></head><body><table>" + times(row, 80) + "</table><blockquote>"
                   + times("<p>" + kText + "</p>", 40) + "</blockquote></body></html>"] { (void)text::cleanHtml(html); };
}

Work frames()
{
    return [shop = std::make_shared<Shop>()] {
        for (const wire::Changes &frame : shop->frames) {
            const Bytes message = wire::pack(frame);
            (void)Shop::must(wire::unpack(message));
        }
    };
}

Work ingest()
{
    return [shop = std::make_shared<Shop>()] {
        for (int i = 0; i < 50; ++i) {
            auto envelope = shop->letter("customer" + std::to_string(i % 60) + "@mail.test");
            envelope.text = kText;
            shop->take(envelope);
        }
    };
}

/// Two thousand lines of history, of sixty people, in three batches.
struct History {
    QTemporaryDir folder;
    ManualClock clock;
    SeededRng rng{7};
    std::unique_ptr<hub::HubStore> store = Shop::must(hub::HubStore::open(folder.path().toStdString(), clock, rng));
    std::unique_ptr<store::Database> database =
        Shop::must(store::Database::open(folder.filePath("hub.db").toStdString(), {}));
    std::vector<std::string> lines;

    History()
    {
        for (int i = 0; i < 2'000; ++i) {
            const std::string customer = std::to_string(i % 60);
            lines.push_back(R"({"message_id":"m)" + std::to_string(i) + R"(","customer_handle":"c)" + customer
                            + R"(@mail.test","customer_name":"Customer )" + customer + R"(","customer_key":"c)" + customer
                            + R"(","channel":"email","conversation_key":"t)" + std::to_string(i / 7)
                            + R"(","direction":"in","author":"customer","at_ms":)"
                            + std::to_string(1'700'000'000'000 + i * 60'000) + R"(,"subject":"The blue bowl","body":")"
                            + kText + R"("})");
            lines.back().append(hub::exchange::kLinePadding, '\0');
        }
    }
    void import()
    {
        hub::exchange::HistoryWriter writer(*store);
        hub::exchange::LineParser parser;
        hub::exchange::PreparedLines batch;
        batch.reserve(700);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const std::string_view padded = lines[i];
            auto line = Shop::must(parser.parse(padded.substr(0, padded.size() - hub::exchange::kLinePadding)));
            line.source = "history";
            batch.push_back(Shop::must(hub::exchange::prepareLine(*store, std::move(line), {})));
            const bool isLast = i + 1 == lines.size();
            if (batch.size() < 700 && !isLast)
                continue;
            const auto counts =
                Shop::must(database->inTransaction([&] { return writer.write(*database, batch, {}, isLast); }));
            if (counts.taken != std::int64_t(batch.size()))
                qFatal("a line was not taken");
            batch.clear();
        }
    }
};

Work import()
{
    return [history = std::make_shared<History>()] { history->import(); };
}

/// An agent's desktop has a hundred notes to bring.
Work notes()
{
    return [shop = std::make_shared<Shop>()] {
        for (int i = 0; i < 100; ++i)
            (void)shop->mustApply(AddNote{.item = shop->ids.make<TimelineItemId>(),
                                          .conversation = shop->conversations[std::size_t(i % 60)],
                                          .body = kText});
    };
}

/// Two hundred desktops of two agents are told of the newest three letters.
Work fanOut()
{
    return [shop = std::make_shared<Shop>(), desktop = ClientId()] {
        hub::LogReading log(*shop->database);
        const std::int64_t head = shop->frames.back().head;
        for (int i = 0; i < 200; ++i)
            (void)Shop::must(log.after(head - 9, i % 2 ? shop->mara.id : shop->tom.id, desktop, 40 * 1024));
    };
}

Work copy()
{
    return [copy = std::make_shared<Copy>()] { copy->applyAll(); };
}

Work open()
{
    auto copy = std::make_shared<Copy>();
    copy->applyAll();
    return [copy] {
        for (const ConversationId &id : copy->conversations)
            (void)Shop::must(store::openedConversation(*copy->copy, {.conversation = id, .agent = copy->mara.id}));
    };
}

Work list()
{
    auto copy = std::make_shared<Copy>();
    copy->applyAll();
    return [copy] {
        for (int i = 0; i < 20; ++i)
            (void)Shop::must(store::conversationPage(*copy->copy, {.queue = store::Queue::AllOpen, .agent = copy->mara.id}));
    };
}

Work search()
{
    auto copy = std::make_shared<Copy>();
    copy->applyAll();
    return [copy] {
        for (const char *typed : {"gl", "glaze", "blue gla", "merci", "周末", "доставку"})
            (void)Shop::must(store::searchItems(*copy->copy, typed, 50));
    };
}

} // namespace

int main(int argc, char **argv)
{
    const std::map<std::string, Work (*)()> all{
        {"fold", fold}, {"clean", clean}, {"frames", frames}, {"ingest", ingest}, {"fan-out", fanOut}, {"copy", copy},
        {"open", open}, {"list", list},   {"search", search}, {"notes", notes},   {"import", import}};
    const auto wanted = all.find(argc > 1 ? argv[1] : "");
    if (wanted == all.end()) {
        for (const auto &[name, work] : all)
            std::printf("%s\n", name.c_str());
        return argc > 1 ? 2 : 0;
    }
    measuredWork(wanted->second());
    return 0;
}
