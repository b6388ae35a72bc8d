// The algebra of what is here, against a model that knows each place: ranges never overlap and never hide a hole (I16).
#include "core/model/history.h"

#include <QtTest>
#include <rapidcheck.h>
#include <set>

using namespace tributary;
using namespace tributary::model;

namespace {

constexpr int kPlaces = 24;

/// Places right behind each other, so that nothing can be between; a millisecond ends among them.
HistoryKey place(int n)
{
    static const std::vector<HistoryKey> all = [] {
        HistoryKey key{fromMs(1'700'000'000'000), {}};
        key.id.bytes.fill(std::byte(0xff));
        key.id.bytes[15] = std::byte(0xf4);
        std::vector<HistoryKey> keys;
        for (int i = 0; i <= kPlaces; ++i, key = key.next())
            keys.push_back(key);
        return keys;
    }();
    return all[std::size_t(n)];
}

HistoryRange range(int from, int to)
{
    return {place(from), place(to)};
}

struct Step {
    bool add = true;
    int from = 0, to = 0;
};

rc::Gen<Step> steps()
{
    return rc::gen::map(rc::gen::tuple(rc::gen::weightedElement<bool>({{3, true}, {1, false}}),
                                       rc::gen::inRange(0, kPlaces + 1), rc::gen::inRange(0, kPlaces + 1)),
                        [](const std::tuple<bool, int, int> &drawn) {
                            return Step{std::get<0>(drawn), std::get<1>(drawn), std::get<2>(drawn)};
                        });
}

/// Both told the same.
struct Both {
    Coverage coverage;
    std::set<int> places; ///< The naive model.

    explicit Both(const std::vector<Step> &told)
    {
        for (const Step &step : told) {
            step.add ? coverage.add(range(step.from, step.to)) : coverage.remove(range(step.from, step.to));
            for (int n = step.from; n < step.to; ++n)
                step.add ? void(places.insert(n)) : void(places.erase(n));
        }
    }
};

void isInOrder(const std::vector<HistoryRange> &ranges)
{
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        RC_ASSERT(!ranges[i].isEmpty());
        if (i > 0) // in the macro both sides of || would be looked at
            RC_ASSERT(ranges[i - 1].to < ranges[i].from);
    }
}

std::vector<Step> drawSteps()
{
    return *rc::gen::container<std::vector<Step>>(steps());
}

template<class Property>
void holds(const char *what, Property property)
{
    QVERIFY2(rc::check(what, property), what); // prints what it found, made small, and how to see it again
}

} // namespace

class TestHistory : public QObject {
    Q_OBJECT
private slots:
    void nextIsRightBehind();
    void hasWhatItWasTold();
    void missingIsTheRest();
    void commonIsWhatBothHave();
    void drawsEveryHole();
};

void TestHistory::nextIsRightBehind()
{
    HistoryKey last{fromMs(5), {}};
    last.id.bytes.fill(std::byte(0xff));
    QVERIFY(last.next() == (HistoryKey{fromMs(6), {}}));
    HistoryKey first{fromMs(5), {}};
    QVERIFY(first.next() > first);
    QCOMPARE(first.next().id.bytes[15], std::byte(1));
    QVERIFY(HistoryRange::everything().contains(first));
}

void TestHistory::hasWhatItWasTold()
{
    holds("a coverage is the set of places it was told of", [] {
        const Both both(drawSteps());
        isInOrder(both.coverage.ranges());
        for (int n = 0; n < kPlaces; ++n)
            RC_ASSERT(both.coverage.contains(place(n)) == both.places.contains(n));
        const int from = *rc::gen::inRange(0, kPlaces + 1), to = *rc::gen::inRange(0, kPlaces + 1);
        bool all = true;
        for (int n = from; n < to; ++n)
            all = all && both.places.contains(n);
        RC_ASSERT(both.coverage.covers(range(from, to)) == all);
        RC_ASSERT(Coverage(both.coverage.ranges()) == both.coverage);
    });
}

void TestHistory::missingIsTheRest()
{
    holds("what is missing is what is not there", [] {
        const Both both(drawSteps());
        const int from = *rc::gen::inRange(0, kPlaces + 1), to = *rc::gen::inRange(0, kPlaces + 1);
        const auto missing = both.coverage.missing(range(from, to));
        isInOrder(missing);
        const Coverage rest(missing);
        for (int n = 0; n < kPlaces; ++n)
            RC_ASSERT(rest.contains(place(n)) == (n >= from && n < to && !both.places.contains(n)));
    });
}

void TestHistory::commonIsWhatBothHave()
{
    holds("the common part of two is theirs alone", [] {
        const Both one(drawSteps()), other(drawSteps());
        const Coverage common = one.coverage.common(other.coverage);
        isInOrder(common.ranges());
        for (int n = 0; n < kPlaces; ++n)
            RC_ASSERT(common.contains(place(n)) == (one.places.contains(n) && other.places.contains(n)));
        RC_ASSERT(common == other.coverage.common(one.coverage));
    });
}

void TestHistory::drawsEveryHole()
{
    holds("there is a gap between two items exactly where a place between them is not known", [] {
        const Both both(drawSteps());
        const auto shown = *rc::gen::container<std::set<int>>(rc::gen::inRange(0, kPlaces));
        const int from = *rc::gen::inRange(0, kPlaces + 1), to = *rc::gen::inRange(from, kPlaces + 1);
        std::vector<HistoryKey> items;
        std::vector<int> edges{from - 1}; // the items of the range, and its ends
        for (const int n : shown) {
            if (n >= from && n < to)
                items.push_back(place(n)), edges.push_back(n);
        }
        edges.push_back(to);
        std::vector<HistoryRange> expected;
        for (std::size_t i = 1; i < edges.size(); ++i) {
            std::vector<int> unknown;
            for (int n = edges[i - 1] + 1; n < edges[i]; ++n) {
                if (!both.places.contains(n))
                    unknown.push_back(n);
            }
            if (!unknown.empty())
                expected.push_back({place(unknown.front()), place(unknown.back() + 1)});
        }
        const auto gaps = gapsAround(items, both.coverage, range(from, to));
        RC_ASSERT(gaps == expected);
    });
}

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_history.moc"
