// Many want the same at once: a few get it, the others wait their turn in order, and no more wait than may.
#include "core/hub/turns.h"

#include <QtTest>

using namespace tributary::hub;

class TestTurns : public QObject {
    Q_OBJECT
private slots:
    void aFewAtATimeInOrder();
    void tooManyAreSentAway();
    void whatEndsAtOnceIsFine();
};

void TestTurns::aFewAtATimeInOrder()
{
    Turns turns(2, 10);
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
    Turns turns(1, 2);
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
    Turns turns(1, 100);
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

QTEST_APPLESS_MAIN(TestTurns)
#include "tst_turns.moc"
