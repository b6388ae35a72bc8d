#include "core/store/cache.h"
#include "core/store/database.h"
#include "tests/ui/inbox/open_inbox.h"

#include <QAbstractButton>
#include <QLabel>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;

/// What a colleague says while one is writing: it is seen before anything goes out.
class TestInboxColleagues : public testing::OpenInbox {
    Q_OBJECT
private slots:
    void whatCameInBetweenIsCompared_data();
    void whatCameInBetweenIsCompared();
    void whatCameMeanwhileIsReadWhenItIsSeen();

private:
    TextLabel *strip() { return composer().findChild<TextLabel *>("composerCrossing"); }
    QWidget *sheet() { return m_window->findChild<QWidget *>("compareSheet"); }
    /// As if the hub had sent them.
    void comes(const std::vector<model::Entity> &rows)
    {
        auto database = store::Database::open(m_folder->filePath("profile/cache.db").toStdString(), {});
        QVERIFY(database.has_value());
        const auto done =
            (*database)->inTransaction([&] { return store::Cache(**database).applyRows(rows, {}, m_made.me); });
        QVERIFY2(done.has_value(), done ? "" : done.error().detail.c_str());
        emit m_workspace->changed(*done);
    }
};

void TestInboxColleagues::whatCameInBetweenIsCompared_data()
{
    QTest::addColumn<QString>("answer");
    QTest::addColumn<bool>("goesOn");
    QTest::newRow("send anyway") << "compareSend" << false;
    QTest::newRow("send anyway, and another reply came behind the sheet") << "compareSend" << true;
    QTest::newRow("go on writing") << "compareEdit" << false;
}

void TestInboxColleagues::whatCameInBetweenIsCompared()
{
    QFETCH(const QString, answer);
    QFETCH(const bool, goesOn);
    QTRY_COMPARE(pane().timeline().model().items().size(), 4u);
    key(Qt::Key_R);
    QTRY_VERIFY(editor()->hasFocus());
    type("I look into it");
    QVERIFY(!strip()->isVisible());
    const model::Conversation here = conversation(0);
    model::TimelineItem said{.id = m_workspace->makeId<model::TimelineItemId>(),
                             .conversation = here.id,
                             .customer = here.customer,
                             .identity = here.identity,
                             .account = here.account,
                             .channel = here.channel,
                             .kind = model::TimelineItem::Kind::Outbound,
                             .at = m_clock.now(),
                             .body = "The new cups are on their way."};
    said.author = m_made.colleague.id;
    said.authorName = m_made.colleague.name;
    said.version = here.version + 100'000;
    model::Conversation bumped = here;
    bumped.version = said.version + 1;
    bumped.lastItemAt = said.at;
    comes({said, bumped});
    QTRY_VERIFY(strip()->isVisible());
    QVERIFY2(strip()->text().startsWith("Tomás Ferreira has replied to"), qPrintable(strip()->text()));

    auto *compare = composer().findChild<QAbstractButton *>("composerCompare");
    QVERIFY(compare && compare->isVisible());
    compare->click();
    QTRY_VERIFY(sheet() && sheet()->isVisible());
    QStringList texts;
    for (const QLabel *label : sheet()->findChildren<QLabel *>())
        texts.append(label->text());
    QVERIFY2(texts.contains("I look into it"), qPrintable(texts.join(" | ")));
    QVERIFY2(texts.contains("The new cups are on their way."), qPrintable(texts.join(" | ")));
    QVERIFY(!sheet()->findChild<QWidget *>("compareDiscard")->isVisible()); // nothing of it has been sent
    QCOMPARE(m_workspace->status().outboxCount, 0);

    if (goesOn) { // the strip is up to date, and nobody sees it
        model::TimelineItem more = said;
        more.id = m_workspace->makeId<model::TimelineItemId>();
        more.version = bumped.version + 1;
        model::Conversation again = bumped;
        again.version = more.version + 1;
        comes({more, again});
        QTRY_COMPARE(pane().timeline().model().items().size(), 6u);
        QTRY_VERIFY(composer().crossingSeen());
    }
    sheet()->findChild<QAbstractButton *>(answer)->click();
    QTRY_VERIFY(!sheet()->isVisible());
    if (answer == "compareEdit") {
        QCOMPARE(composer().text(), QString("I look into it"));
        QTRY_VERIFY(editor()->hasFocus());
        QCOMPARE(m_workspace->status().outboxCount, 0);
        return;
    }
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    QVERIFY(!composer().hasText());
    const auto asked = m_workspace->outbox();
    QTRY_VERIFY(asked.isFinished());
    const auto waiting = asked.result();
    QVERIFY(waiting);
    const auto *sent = std::get_if<model::SendMessage>(&waiting->front().command.body);
    QVERIFY(sent);
    QCOMPARE(sent->body, std::string("I look into it"));
    // What was compared has been seen; what the hub knows of beyond that, it asks about.
    QVERIFY(!sent->sendAnyway);
    QCOMPARE(waiting->front().command.baseSeq, std::optional(bumped.version));
    QTRY_VERIFY(!strip()->isVisible());
}

/// Nobody sees it while another window has the keys; when this one has them again it counts, as if it had come just now.
void TestInboxColleagues::whatCameMeanwhileIsReadWhenItIsSeen()
{
    m_page->openConversation(id(3)); // nobody is mentioned in it: nothing else is done when it is looked at
    QTRY_VERIFY(isHere(3));
    QTRY_VERIFY(pane().row()->unread == 0 && pane().timeline().isAtEnd());
    QWidget another;
    another.show();
    another.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&another));
    const model::Conversation here = conversation(3);
    const model::TimelineItem said{.id = m_workspace->makeId<model::TimelineItemId>(),
                                   .conversation = here.id,
                                   .customer = here.customer,
                                   .identity = here.identity,
                                   .account = here.account,
                                   .channel = here.channel,
                                   .at = m_clock.now(),
                                   .body = "Is anybody there?"};
    model::Conversation bumped = here;
    bumped.version = here.version + 100'000;
    bumped.lastItemAt = said.at;
    ++bumped.inboundCount;
    QVERIFY(!m_window->isActiveWindow());
    comes({said, bumped});
    QTRY_COMPARE(pane().row()->unread, 1);
    m_window->activateWindow();
    QTRY_COMPARE(pane().row()->unread, 0);
}

QTEST_MAIN(TestInboxColleagues)
#include "tst_inbox_colleagues.moc"
