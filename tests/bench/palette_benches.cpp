// Ctrl+K and somebody who types: from each key to what it finds, on the screen.
#include "tests/bench/benches.h"
#include "tests/bench/history.h"
#include "tests/bench/screen.h"
#include "ui/search/command_palette.h"

#include <QLineEdit>
#include <QTest>

#include <algorithm>

namespace tributary::bench {
namespace {

using namespace tributary::ui;

/// As many as the palette asks for (command_palette.cpp).
constexpr std::int64_t kPeople = 5, kMessages = 8;

/// What the palette is to show of people and messages for a text: the ids of its choices, in order.
QStringList foundIn(const QList<Choice> &choices)
{
    QStringList ids;
    for (const Choice &choice : choices) {
        if (choice.id.startsWith("person:") || choice.id.startsWith("item:"))
            ids << choice.id;
    }
    return ids;
}

Result<QStringList> expectedFor(store::Database &cache, const QString &text)
{
    const std::string typed = parsePalette(text).typed.toStdString();
    QStringList ids;
    if (typed.empty())
        return ids;
    TRIBUTARY_TRY_ASSIGN(const auto people, store::searchPeople(cache, typed, kPeople));
    for (const store::PersonHit &hit : people)
        ids << "person:" + QString::fromStdString(hit.customer.text());
    TRIBUTARY_TRY_ASSIGN(const auto messages, store::searchItems(cache, typed, kMessages));
    for (const store::SearchHit &hit : messages)
        ids << QStringLiteral("item:%1:%2")
                   .arg(QString::fromStdString(hit.item.conversation.text()), QString::fromStdString(hit.item.id.text()));
    return ids;
}

/// One key, and what is to be found behind it.
struct Key {
    QString letter;
    QStringList expected;
};

/// What is typed, each text by itself: four of each kind of search.
Result<std::vector<std::vector<Key>>> typing(const QString &cacheFile)
{
    TRIBUTARY_TRY_ASSIGN(const auto cache,
                         store::Database::open(cacheFile.toStdString(), {.mode = store::Database::Mode::ReadOnly}));
    std::vector<std::vector<Key>> all;
    auto some = searches();
    some.resize(std::min<std::size_t>(some.size(), 40));
    for (const Search &search : some) {
        std::vector<Key> &keys = all.emplace_back();
        const QString text = QString::fromStdString(search.typed);
        for (qsizetype length = 1; length <= text.size(); ++length) {
            TRIBUTARY_TRY_ASSIGN(const QStringList expected, expectedFor(*cache, text.left(length)));
            keys.push_back({text.mid(length - 1, 1), expected});
        }
    }
    return all;
}

Result<void> typed(Screen &screen, const std::vector<std::vector<Key>> &texts, const std::string &size,
                   std::vector<Figure> &figures)
{
    CommandPalette &palette = screen.page().palette();
    auto *field = palette.findChild<QLineEdit *>("paletteField");
    auto *list = palette.findChild<ChoiceList *>("paletteList");
    std::vector<double> times;
    for (const std::vector<Key> &keys : texts) {
        screen.page().openPalette();
        QTest::qWait(50);
        if (QApplication::focusWidget() != field)
            return failure(Error::Kind::Failed, "the palette does not get the focus");
        for (const Key &key : keys) {
            const auto isThere = [&] { return foundIn(palette.choices()) == key.expected; };
            const auto seen = screen.untilPainted(
                {{list->viewport(), isThere}}, [&] { Screen::press(Qt::Key_unknown, key.letter); }, 5'000);
            if (!seen)
                return failure(Error::Kind::TimedOut,
                               "the palette never showed what there is for \"" + field->text().toStdString() + "\"");
            times.push_back(seen->front().ms);
            QTest::qWait(10);
        }
        palette.dismiss();
    }
    const std::string what = "search in the palette, a key to what it finds painted, ";
    figures.push_back({what + "p50, " + size, quantile(times, 0.5), "ms", {}, {}, {}});
    figures.push_back(
        {what + "p99 of " + std::to_string(times.size()) + ", " + size, quantile(times, 0.99), "ms", {}, {}, atMost(10)});
    return {};
}

} // namespace

Result<void> benchPalette(Bench &bench)
{
    for (const std::int64_t items : bench.sizes) {
        TRIBUTARY_TRY_ASSIGN(const auto shop, bench.shop(items));
        TRIBUTARY_TRY_ASSIGN(const auto texts, typing(shop->cacheFile()));
        TRIBUTARY_TRY(bench.several(bench.runs, [&](std::vector<Figure> &figures) {
            Screen screen(bench.theme, shop->profile());
            return typed(screen, texts, shortened(items), figures);
        }));
    }
    return {};
}

} // namespace tributary::bench
