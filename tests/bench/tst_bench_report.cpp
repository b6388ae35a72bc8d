#include "tests/bench/report.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace tributary::bench;

using Values = std::vector<double>;
Q_DECLARE_METATYPE(std::vector<double>)

/// What `./dev bench` says of many samples, and of several runs.
class TestBenchReport : public QObject {
    Q_OBJECT
private slots:
    void findsTheMiddle_data();
    void findsTheMiddle();
    void findsAPart_data();
    void findsAPart();
    void tellsMediansOfRuns();
    void comparesWithTheBudget_data();
    void comparesWithTheBudget();
    void writesHowManyRunsThereWere();
};

void TestBenchReport::findsTheMiddle_data()
{
    QTest::addColumn<Values>("values");
    QTest::addColumn<double>("middle");
    QTest::newRow("none") << Values{} << 0.0;
    QTest::newRow("one") << Values{7} << 7.0;
    QTest::newRow("two: their mean") << Values{1, 2} << 1.5;
    QTest::newRow("three, in any order") << Values{9, 1, 2} << 2.0;
    QTest::newRow("four") << Values{40, 1, 3, 2} << 2.5;
}

void TestBenchReport::findsTheMiddle()
{
    QFETCH(Values, values);
    QTEST(median(values), "middle");
}

void TestBenchReport::findsAPart_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<double>("part");
    QTest::addColumn<double>("found");
    QTest::newRow("none") << 0 << 0.99 << 0.0;
    QTest::newRow("p99 of hundred: 99 lie below") << 100 << 0.99 << 100.0;
    QTest::newRow("p99 of two hundred") << 200 << 0.99 << 199.0;
    QTest::newRow("p95 of a few is the largest") << 5 << 0.95 << 5.0;
    QTest::newRow("all") << 5 << 1.0 << 5.0;
}

void TestBenchReport::findsAPart()
{
    QFETCH(int, count);
    QFETCH(double, part);
    Values values;
    for (int i = count; i > 0; --i)
        values.push_back(i);
    QTEST(quantile(values, part), "found");
}

void TestBenchReport::tellsMediansOfRuns()
{
    const auto both = [](double value, double floor) {
        return std::vector<Figure>{{"rate", value, "1/s", floor, "the floor", atLeastTimes(0.5)},
                                   {"time", value * 2, "ms", {}, {}, {}}};
    };
    auto runs = std::vector{both(10, 100), both(90, 80), both(20, 30)};
    runs[1].pop_back(); // one that lacks a figure
    const std::vector<Figure> told = medians(runs);
    QCOMPARE(told.size(), std::size_t(2));
    const Figure &rate = told[0], &time = told[1];
    QCOMPARE(rate.name, std::string("rate"));
    QCOMPARE(rate.value, 20.0);
    QCOMPARE(*rate.baseline, 80.0);
    QCOMPARE(*rate.ratio(), 0.25);
    QCOMPARE(rate.ok(), std::optional(false));
    QCOMPARE(rate.runs, 3);
    QCOMPARE(rate.least, 10.0);
    QCOMPARE(rate.most, 90.0);
    QCOMPARE(time.value, 30.0);
    QCOMPARE(time.runs, 2);
    QVERIFY(!time.baseline);
    QVERIFY(medians({}).empty());
}

void TestBenchReport::comparesWithTheBudget_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<int>("which");
    QTest::addColumn<int>("ok"); // -1: nothing is said
    QTest::newRow("at most") << 16.0 << 0 << 1;
    QTest::newRow("above") << 16.1 << 0 << 0;
    QTest::newRow("times the floor") << 20.0 << 1 << 1;
    QTest::newRow("more often") << 20.1 << 1 << 0;
    QTest::newRow("at least") << 5.0 << 2 << 1;
    QTest::newRow("less") << 4.9 << 2 << 0;
    QTest::newRow("no budget") << 1.0 << 3 << -1;
    QTest::newRow("no floor to compare with") << 1.0 << 4 << -1;
}

void TestBenchReport::comparesWithTheBudget()
{
    QFETCH(double, value);
    QFETCH(int, which);
    QFETCH(int, ok);
    const std::optional<Budget> budgets[]{atMost(16), atMostTimes(2), atLeastTimes(0.5), std::nullopt, atMostTimes(2)};
    Figure figure{"one", value, "ms", 10.0, "a floor", budgets[which]};
    if (which == 4)
        figure.baseline.reset();
    QCOMPARE(figure.ok(), ok < 0 ? std::nullopt : std::optional(ok == 1));
}

void TestBenchReport::writesHowManyRunsThereWere()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath("figures.json");
    Report report;
    report.add({"once", 1, "ms", {}, {}, {}});
    for (Figure &figure : medians({{{"often", 1, "ms", {}, {}, {}}}, {{"often", 3, "ms", {}, {}, {}}}}))
        report.add(std::move(figure));
    QVERIFY(report.writeJson(path.toStdString()));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonArray all = QJsonDocument::fromJson(file.readAll()).array();
    QCOMPARE(all.size(), 2);
    QCOMPARE(all[0].toObject()["runs"].toInt(), 1);
    QVERIFY(!all[0].toObject().contains("least"));
    QCOMPARE(all[1].toObject()["figure"].toDouble(), 2.0);
    QCOMPARE(all[1].toObject()["runs"].toInt(), 2);
    QCOMPARE(all[1].toObject()["least"].toDouble(), 1.0);
    QCOMPARE(all[1].toObject()["most"].toDouble(), 3.0);
    QVERIFY(!report.writeJson(folder.filePath("no/such/folder").toStdString()));
}

QTEST_GUILESS_MAIN(TestBenchReport)
#include "tst_bench_report.moc"
