#include "core/client/personal_settings.h"

#include <QTest>

using namespace tributary;
using namespace tributary::client;
using model::AgentId;

class TestPersonalSettings : public QObject {
    Q_OBJECT
private slots:
    void namesAreKeptByWhom_data();
    void namesAreKeptByWhom();
    void whatWasNobodysIsGiven();
};

static AgentId agent(int n)
{
    AgentId made;
    made.bytes[15] = std::byte(n);
    return made;
}

void TestPersonalSettings::namesAreKeptByWhom_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("isPersonal");
    QTest::newRow("who sees what is typed") << "drafts.shared" << true;
    QTest::newRow("what was looked at") << "news.seen_ms" << true;
    QTest::newRow("views") << "views.order" << true;
    QTest::newRow("what comes after resolving") << "inbox.after-resolving" << true;
    QTest::newRow("how long history stays here") << "history.days" << false;
    QTest::newRow("a word alone") << "theme" << false;
    QTest::newRow("one that is somebody's already") << "views.order." + QString::fromStdString(agent(1).text()) << false;
}

void TestPersonalSettings::namesAreKeptByWhom()
{
    QFETCH(const QString, name);
    QFETCH(const bool, isPersonal);
    const std::string setting = name.toStdString();
    QCOMPARE(client::isPersonal(setting), isPersonal);
    QCOMPARE(keptName(setting, agent(1)), isPersonal ? setting + "." + agent(1).text() : setting);
    QCOMPARE(keptName(setting, {}), setting); // nobody has signed in yet
}

/// Of before there was a difference, by whoever works here at the update; what they have chosen since stays.
void TestPersonalSettings::whatWasNobodysIsGiven()
{
    const std::string order = keptName("views.order", agent(1)), hidden = keptName("views.hidden", agent(1));
    std::map<std::string, std::string> settings{
        {"views.order", "b a"}, {"views.hidden", "c"}, {hidden, "d"}, {"history.days", "90"}};
    const auto before = settings;
    givePersonal(settings, {});
    QVERIFY(settings == before);
    givePersonal(settings, agent(1));
    const std::map<std::string, std::string> after{{order, "b a"}, {hidden, "d"}, {"history.days", "90"}};
    QVERIFY(settings == after);
    givePersonal(settings, agent(2));
    QVERIFY(settings == after);
}

QTEST_APPLESS_MAIN(TestPersonalSettings)
#include "tst_personal_settings.moc"
