#include "core/client/presence_board.h"
#include "tests/client/waited.h"

using namespace tributary;
using namespace tributary::client;
using namespace tributary::client::testing;
using namespace tributary::model;

namespace {

const auto kConversation = idOf<ConversationId>(10);

} // namespace

class TestPresenceBoard : public QObject {
    Q_OBJECT
private slots:
    void presenceIsForgotten();
    void whoPausesTypingIsStillThere();
};

void TestPresenceBoard::presenceIsForgotten()
{
    using Kind = wire::Presence::Kind;
    PresenceBoard board;
    const wire::Presence typing{.kind = Kind::Typing, .conversation = kConversation, .agent = idOf<AgentId>(4)};
    const wire::Presence viewing{.kind = Kind::Viewing, .conversation = kConversation, .agent = idOf<AgentId>(5)};
    QVERIFY(board.heard(typing, Milliseconds(0)));
    QVERIFY(board.heard(viewing, Milliseconds(0)));
    QVERIFY(!board.heard(typing, Milliseconds(5'000))); // repeated: nothing new to paint
    QVERIFY(board.expire(Milliseconds(14'999)).empty());
    QCOMPARE(board.expire(Milliseconds(15'000)).size(), 1u);
    QVERIFY(board.at(kConversation) == std::vector{viewing});
    QVERIFY(
        board.heard({.kind = Kind::Gone, .conversation = kConversation, .agent = idOf<AgentId>(5)}, Milliseconds(16'000)));
    QVERIFY(board.empty());
}

/// They type, stop for a while and say nothing of it: still there, until their being there is over too.
void TestPresenceBoard::whoPausesTypingIsStillThere()
{
    using Kind = wire::Presence::Kind;
    PresenceBoard board;
    const wire::Presence viewing{.kind = Kind::Viewing, .conversation = kConversation, .agent = idOf<AgentId>(4)};
    wire::Presence typing = viewing;
    typing.kind = Kind::Typing;
    typing.text = "Half a";
    board.heard(viewing, Milliseconds(0));
    board.heard(typing, Milliseconds(8'000));
    QVERIFY(board.at(kConversation) == std::vector{typing});
    QVERIFY(board.expire(Milliseconds(17'999)).empty());
    QCOMPARE(board.expire(Milliseconds(18'000)).size(), 1u);
    QVERIFY(board.at(kConversation) == std::vector{viewing}); // and without what was being typed
    QVERIFY(board.expire(Milliseconds(59'999)).empty());
    board.heard(typing, Milliseconds(59'999));
    QVERIFY(board.expire(Milliseconds(60'000)).empty()); // whoever types is there
    QCOMPARE(board.expire(Milliseconds(69'999)).size(), 1u);
    QVERIFY(board.empty());
}

QTEST_GUILESS_MAIN(TestPresenceBoard)
#include "tst_presence_board.moc"
