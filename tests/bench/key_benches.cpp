// The keys of the day, pressed in the real window over a real profile: from the key to what it does, on the screen.
#include "tests/bench/benches.h"
#include "tests/bench/screen.h"
#include "ui/inbox/conversation_header.h"
#include "ui/shell/choices.h"
#include "ui/shell/picker.h"

#include <QTest>

#include <algorithm>

namespace tributary::bench {
namespace {

using namespace tributary::ui;

/// A frame of 60 a second, and what may come behind the first answer to a key.
constexpr double kFrameMs = 16, kSoonMs = 50;

Result<void> toTheFirst(Screen &screen)
{
    ConversationList &list = screen.page().list();
    list.openFirst();
    list.setFocus();
    QTest::qWait(500);
    if (QApplication::focusWidget() != &list)
        return failure(Error::Kind::Failed, "the list does not get the focus");
    return {};
}

/// J, and J held down.
Result<void> walk(Screen &screen, const std::string &size, std::vector<Figure> &figures)
{
    constexpr int kPresses = 200;
    constexpr double kRepeat = 1.0 / 30; // seconds: how fast a key that is held down comes again
    ConversationList &list = screen.page().list();
    Paints listPaints(list.viewport());
    Paints timelinePaints(screen.page().pane().timeline().viewport(), [&] { return screen.isShown(list.current()); });
    // Milliseconds until the row is painted; nothing: the list has no further row yet.
    const auto press = [&](bool isRepeated) -> std::optional<double> {
        const model::ConversationId before = list.current();
        const int painted = listPaints.count;
        timelinePaints.count = 0;
        const double began = seconds();
        Screen::press(Qt::Key_J, QStringLiteral("j"), isRepeated);
        if (list.current() == before)
            return std::nullopt;
        until([&] { return listPaints.count > painted; });
        return (seconds() - began) * 1e3;
    };
    TRIBUTARY_TRY(toTheFirst(screen));
    std::vector<double> toRow, toTimeline;
    for (int i = 0; i < kPresses && i + 1 < list.model()->rowCount(); ++i) {
        const double began = seconds();
        if (const auto ms = press(false)) {
            toRow.push_back(*ms);
            until([&] { return timelinePaints.count > 0; });
            toTimeline.push_back((seconds() - began) * 1e3);
        } else {
            QTest::qWait(50); // its page is on the way
        }
    }
    figures.push_back({"J to the row painted, p95, " + size, quantile(toRow, 0.95), "ms", {}, {}, atMost(kFrameMs)});
    figures.push_back(
        {"J to the timeline painted, p95, " + size, quantile(toTimeline, 0.95), "ms", {}, {}, atMost(kSoonMs)});
    TRIBUTARY_TRY(toTheFirst(screen));
    std::vector<double> held;
    double next = seconds(), last = next;
    for (int i = 0; i < kPresses && i + 1 < list.model()->rowCount(); ++i) {
        until([&] { return seconds() >= next; });
        last = seconds();
        next = std::max(next + kRepeat, last);
        if (const auto ms = press(i > 0))
            held.push_back(*ms);
    }
    QTest::keyRelease(&list, Qt::Key_J);
    until([&] { return timelinePaints.count > 0; });
    figures.push_back(
        {"J held down, key to the row painted, p95, " + size, quantile(held, 0.95), "ms", {}, {}, atMost(kFrameMs)});
    figures.push_back({"J held down, let go until the timeline is painted, " + size,
                       (seconds() - last) * 1e3,
                       "ms",
                       {},
                       {},
                       atMost(kSoonMs)});
    return {};
}

/// Times of one kind, in milliseconds.
using Times = std::vector<double>;

/// Tags, assigns, resolves and snoozes the open conversation, and keeps how long each took.
class Triage {
public:
    explicit Triage(Screen &screen)
        : m_screen(screen)
        , m_list(screen.page().list())
        , m_choices(screen.window().picker().findChild<ChoiceList *>("pickerList"))
    {
    }

    Result<void> tag()
    {
        TRIBUTARY_TRY(ask(Qt::Key_T, "t", askTag));
        for (const QChar letter : QStringLiteral("bench"))
            Screen::press(letter.toUpper().unicode(), letter);
        QTest::qWait(kPauseMs);
        return change(Qt::Key_Return, {}, tagged, [](const store::ConversationRow &row) {
            return std::ranges::count(row.conversation.tags, "bench") > 0;
        });
    }
    Result<void> assignToMe()
    {
        TRIBUTARY_TRY(ask(Qt::Key_A, "a", askAgent));
        return change(Qt::Key_1, "1", assigned, [me = m_screen.workspace().agent().id](const store::ConversationRow &row) {
            return row.conversation.assignee == me;
        });
    }
    Result<void> resolve() { return leave(Qt::Key_E, "e", resolved, toNextBehindE); }
    /// Until later today, the first that is offered.
    Result<void> snooze()
    {
        TRIBUTARY_TRY(ask(Qt::Key_H, "h", askTime));
        return leave(Qt::Key_1, "1", snoozed, toNextBehindH);
    }

    Times askTag, askAgent, askTime, tagged, assigned, resolved, snoozed, toNextBehindE, toNextBehindH;

private:
    static constexpr int kPauseMs = 60; ///< Few press keys faster, one after the other.

    /// The key that opens a picker, until its choices are painted.
    Result<void> ask(int key, const QString &text, Times &times)
    {
        const auto isThere = [this] { return m_choices->isVisible() && m_choices->model()->rowCount() > 0; };
        const auto seen = m_screen.untilPainted(
            {{m_choices->viewport(), isThere}}, [&] { Screen::press(key, text); }, 3'000);
        if (!seen)
            return failure(Error::Kind::TimedOut, "no picker came for " + text.toStdString());
        times.push_back(seen->front().ms);
        QTest::qWait(kPauseMs);
        return {};
    }
    /// A key that changes the row, until it is painted as it is then.
    Result<void> change(int key, const QString &text, Times &times,
                        std::function<bool(const store::ConversationRow &)> holds)
    {
        const model::ConversationId id = m_list.current();
        const auto isThere = [&] {
            const store::ConversationRow *row = m_list.model()->find(id);
            return row && holds(*row);
        };
        const auto seen = m_screen.untilPainted(
            {{m_list.viewport(), isThere}}, [&] { Screen::press(key, text); }, 3'000);
        if (!seen)
            return failure(Error::Kind::TimedOut, "the row was never painted as it was to be");
        times.push_back(seen->front().ms);
        QTest::qWait(kPauseMs);
        return {};
    }
    /// A key that takes the row out of the list, until that is painted, and until the next conversation is.
    Result<void> leave(int key, const QString &text, Times &times, Times &toNext)
    {
        const model::ConversationId id = m_list.current();
        const auto isGone = [&] { return m_list.model()->indexOf(id) < 0 || m_list.model()->isGone(id); };
        const auto isNext = [&] { return m_list.current() != id && m_screen.isShown(m_list.current()); };
        const auto seen = m_screen.untilPainted(
            {{m_list.viewport(), isGone}, {m_screen.page().pane().timeline().viewport(), isNext}},
            [&] { Screen::press(key, text); }, 3'000);
        if (!seen)
            return failure(Error::Kind::TimedOut, "the row never left the list");
        times.push_back(seen->front().ms);
        toNext.push_back(seen->back().ms);
        QTest::qWait(kPauseMs);
        return {};
    }

    Screen &m_screen;
    ConversationList &m_list;
    ChoiceList *m_choices;
};

Result<void> triage(Screen &screen, const std::string &size, std::vector<Figure> &figures)
{
    constexpr int kRows = 80;
    TRIBUTARY_TRY(toTheFirst(screen));
    Triage triage(screen);
    for (int i = 0; i < kRows && screen.page().list().model()->rowCount() > 1; ++i) {
        if (i % 2 == 0) {
            TRIBUTARY_TRY(triage.tag());
            TRIBUTARY_TRY(triage.resolve());
        } else {
            TRIBUTARY_TRY(triage.assignToMe());
            TRIBUTARY_TRY(triage.snooze());
        }
    }
    const auto add = [&](const std::string &what, Times &times, double limit) {
        figures.push_back({what + ", p50, " + size, quantile(times, 0.5), "ms", {}, {}, {}});
        figures.push_back({what + ", p95, " + size, quantile(times, 0.95), "ms", {}, {}, atMost(limit)});
    };
    add("E to the row gone", triage.resolved, kFrameMs);
    add("E to the timeline of the next painted", triage.toNextBehindE, kSoonMs);
    add("A to the agents painted", triage.askAgent, kFrameMs);
    add("A, then 1: to the row painted as mine", triage.assigned, kFrameMs);
    add("T to the tags painted", triage.askTag, kFrameMs);
    add("T, then Enter: to the row painted with its tag", triage.tagged, kFrameMs);
    add("H to the times painted", triage.askTime, kFrameMs);
    add("H, then 1: to the row gone", triage.snoozed, kFrameMs);
    add("H, then 1: to the timeline of the next painted", triage.toNextBehindH, kSoonMs);
    return {};
}

} // namespace

Result<void> benchKeys(Bench &bench)
{
    const std::int64_t items = bench.sizes.back();
    TRIBUTARY_TRY_ASSIGN(const auto shop, bench.shop(items));
    // Another profile: what is done here waits for the hub for ever.
    TRIBUTARY_TRY_ASSIGN(const auto copy, FolderCopy::make(shop->profile(), bench.folder));
    const auto onScreen = [&](auto work, std::vector<Figure> &figures) -> Result<void> {
        Screen screen(bench.theme, copy->path());
        if (!until([&] { return screen.page().list().model()->rowCount() >= 30; }))
            return failure(Error::Kind::Failed, "too few open conversations");
        return work(screen, shortened(items), figures);
    };
    return bench.several(bench.runs, [&](std::vector<Figure> &figures) -> Result<void> {
        TRIBUTARY_TRY(onScreen(walk, figures));
        return onScreen(triage, figures); // with a list of one page, as a day begins
    });
}

} // namespace tributary::bench
