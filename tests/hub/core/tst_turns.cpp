// Many want the same at once: a few get it, the others wait their turn in order, and no more wait than may.
#include "core/hub/turns.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::hub;

namespace {

constexpr std::chrono::seconds kMostWait{25};

}

class TestTurns : public QObject {
    Q_OBJECT
private slots:
    void aFewAtATimeInOrder();
    void tooManyAreSentAway();
    void whatEndsAtOnceIsFine();
    void whoHasWaitedTooLongIsPassedOver();

private:
    ManualClock m_clock;
};

void TestTurns::aFewAtATimeInOrder()
{
    Turns turns(m_clock, 2, 10, kMostWait);
    std::vector<int> begun;
    for (int i = 0; i < 5; ++i)
        QVERIFY(turns.begin([&begun, i] { begun.push_back(i); }));
    QCOMPARE(begun, (std::vector<int>{0, 1}));
    QCOMPARE(turns.waiting(), std::size_t(3));
    turns.ended();
    QCOMPARE(begun, (std::vector<int>{0, 1, 2}));
    QVERIFY(turns.begin([&begun] { begun.push_back(5); })); // behind those that were there before
    for (int i = 0; i < 4; ++i)
        turns.ended();
    QCOMPARE(begun, (std::vector<int>{0, 1, 2, 3, 4, 5}));
    QCOMPARE(turns.underWay(), std::size_t(1));
    turns.ended();
    QCOMPARE(turns.underWay(), std::size_t(0));
}

void TestTurns::tooManyAreSentAway()
{
    Turns turns(m_clock, 1, 2, kMostWait);
    int begun = 0;
    const auto work = [&begun] { ++begun; };
    QVERIFY(turns.begin(work) && turns.begin(work) && turns.begin(work));
    QVERIFY(!turns.begin(work));
    turns.ended();
    QVERIFY(turns.begin(work)); // there is room again
    QVERIFY(!turns.begin(work));
    for (int i = 0; i < 3; ++i)
        turns.ended();
    QCOMPARE(begun, 4);
}

void TestTurns::whatEndsAtOnceIsFine()
{
    Turns turns(m_clock, 1, 100, kMostWait);
    int begun = 0;
    turns.begin([] {});
    for (int i = 0; i < 100; ++i)
        turns.begin([&] {
            ++begun;
            turns.ended();
        });
    turns.ended();
    QCOMPARE(begun, 100);
    QCOMPARE(turns.underWay(), std::size_t(0));
}

/// They have gone, and would have their turns before those who are there.
void TestTurns::whoHasWaitedTooLongIsPassedOver()
{
    Turns turns(m_clock, 1, 10, kMostWait);
    std::vector<int> begun, late;
    for (int i = 0; i < 6; ++i) {
        QVERIFY(turns.begin([&begun, i] { begun.push_back(i); }, [&late, i] { late.push_back(i); }));
        m_clock.advance(std::chrono::seconds(10));
    }
    turns.ended(); // one to three have waited for 50, 40 and 30 seconds
    QCOMPARE(begun, (std::vector<int>{0, 4}));
    QCOMPARE(late, (std::vector<int>{1, 2, 3}));
    QCOMPARE(turns.underWay(), std::size_t(1));
    m_clock.advance(std::chrono::seconds(26));
    turns.ended();
    QCOMPARE(late.back(), 5);
    QCOMPARE(turns.underWay(), std::size_t(0));
    QVERIFY(turns.begin([&begun] { begun.push_back(6); }));
    QCOMPARE(begun.back(), 6);
}

QTEST_APPLESS_MAIN(TestTurns)
#include "tst_turns.moc"
