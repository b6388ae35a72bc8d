// One entry is one line, whatever is in it.
#include "core/base/log.h"

#include <QFile>
#include <QRegularExpression>
#include <QTemporaryFile>
#include <QtTest>
#include <unistd.h>

using namespace tributary;

namespace {

/// What @p say writes to the standard error output.
template<class Say>
QByteArray written(Say say)
{
    QTemporaryFile file;
    if (!file.open())
        qFatal("no temporary file");
    std::fflush(stderr);
    const int before = ::dup(STDERR_FILENO);
    ::dup2(file.handle(), STDERR_FILENO);
    say();
    std::fflush(stderr);
    ::dup2(before, STDERR_FILENO);
    ::close(before);
    file.seek(0);
    return file.readAll();
}

} // namespace

class TestLog : public QObject {
    Q_OBJECT
private slots:
    void line();
    void values_data();
    void values();
    void leavesOutLesserLevels();
    void sinks();
};

void TestLog::line()
{
    const QByteArray line = written([] {
        stderrSink(LogLevel::Debug)(LogLevel::Warning, "tributary.store", "it is so",
                                    {{"n", 3}, {"error", "disk-full"}, {"ms", std::int64_t(-1)}});
    });
    const QRegularExpression form(
        QStringLiteral("^ts=\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z level=warning "
                       "category=tributary\\.store msg=\"it is so\" n=3 error=disk-full ms=-1\n$"));
    QVERIFY2(form.match(QString::fromUtf8(line)).hasMatch(), line.constData());
}

void TestLog::values_data()
{
    QTest::addColumn<std::string>("value");
    QTest::addColumn<std::string>("shown");
    const auto row = [](const char *name, std::string value, const char *shown) {
        QTest::newRow(name) << std::move(value) << std::string(shown);
    };
    row("a word", "timed-out", "timed-out");
    row("nothing", "", "\"\"");
    row("a blank", "a b", "\"a b\"");
    row("a quote", "say \"no\"", "\"say \\\"no\\\"\"");
    row("a backslash", "a\\b", "\"a\\\\b\"");
    row("an equals sign", "a=b", "\"a=b\"");
    row("a forged line", "x\nts=1 level=error", "\"x?ts=1 level=error\"");
    row("a carriage return", "x\ry", "x?y");
    row("a NUL", std::string("x\0y", 3), "x?y");
    row("an escape sequence", "\x1b[2J", "?[2J");
    row("DEL", "\x7f", "?");
    row("an escape sequence of one character",
        "\xc2\x9b"
        "2J",
        "?2J");
    row("next line, U+0085", "x\xc2\x85y", "x?y");
    row("other languages", "é茶", "é茶");
}

void TestLog::values()
{
    QFETCH(const std::string, value);
    QFETCH(const std::string, shown);
    const QByteArray line = written([&] { stderrSink(LogLevel::Debug)(LogLevel::Info, "c", value, {{"field", value}}); });
    QCOMPARE(line.count('\n'), 1);
    QVERIFY2(line.endsWith(QByteArray::fromStdString(" msg=" + shown + " field=" + shown + "\n")), line.constData());
}

void TestLog::leavesOutLesserLevels()
{
    const LogSink sink = stderrSink(LogLevel::Warning);
    const auto lines = [&](LogLevel level) { return written([&] { sink(level, "c", "m", {}); }).count('\n'); };
    QCOMPARE(lines(LogLevel::Debug), 0);
    QCOMPARE(lines(LogLevel::Info), 0);
    QCOMPARE(lines(LogLevel::Warning), 1);
    QCOMPARE(lines(LogLevel::Error), 1);
}

void TestLog::sinks()
{
    log(LogLevel::Error, "c", "before there is a sink"); // is no crash
    int entries = 0;
    setLogSink(
        [&](LogLevel level, std::string_view category, std::string_view message, std::initializer_list<LogField> fields) {
            ++entries;
            QCOMPARE(level, LogLevel::Info);
            QCOMPARE(std::string(category), std::string("tributary.test"));
            QCOMPARE(std::string(message), std::string("words"));
            QCOMPARE(fields.size(), std::size_t(1));
            setLogSink({}); // a sink may be changed while it runs
        });
    log(LogLevel::Info, "tributary.test", "words", {{"n", 1}});
    log(LogLevel::Info, "tributary.test", "words", {{"n", 1}});
    QCOMPARE(entries, 1);
}

QTEST_APPLESS_MAIN(TestLog)
#include "tst_log.moc"
