#include "core/model/message_limits.h"
#include "ui/composer/composer_draft.h"
#include "ui/composer/reply_target.h"

#include <QTest>

using namespace tributary;
using namespace tributary::ui;

template<class IdType>
static IdType id(int n)
{
    IdType made;
    made.bytes[15] = std::byte(n);
    return made;
}

Q_DECLARE_METATYPE(tributary::ui::ComposerDraft)

class TestComposerDraft : public QObject {
    Q_OBJECT
private slots:
    void init();
    void repliesByTheNewestChannel();
    void fallsBackToTheBeginning();
    void namesWhatCannotBeUsed();
    void scopedIdentitiesStayWithTheirAccount();
    void whoServesSomeAccountsWritesFromThose();
    void draftsGoRound_data();
    void draftsGoRound();
    void emptyDraftsAreRemoved();
    void addresses();
    void speaksOfAttachments_data();
    void speaksOfAttachments();
    void whatIsTooMuchIsSaid_data();
    void whatIsTooMuchIsSaid();
    void subjects_data();
    void subjects();

private:
    model::TimelineItem inbound(int identity, int account, int conversation = 1) const
    {
        return {.conversation = id<model::ConversationId>(conversation),
                .identity = id<model::IdentityId>(identity),
                .account = id<model::ChannelAccountId>(account),
                .kind = model::TimelineItem::Kind::Inbound};
    }
    store::CustomerCard m_card;
    std::vector<model::ChannelAccount> m_accounts;
    model::Conversation m_conversation;
};

void TestComposerDraft::init()
{
    m_card = {};
    m_card.identities = {
        {.id = id<model::IdentityId>(1), .channel = model::Channel::Email, .address = "a@x.example", .shown = "a@x.example"},
        {.id = id<model::IdentityId>(2),
         .channel = model::Channel::WebChat,
         .account = id<model::ChannelAccountId>(12),
         .address = "v1"}};
    m_accounts = {{.id = id<model::ChannelAccountId>(11),
                   .channel = model::Channel::Email,
                   .name = "Help",
                   .address = "help@s.example"},
                  {.id = id<model::ChannelAccountId>(13),
                   .channel = model::Channel::Email,
                   .name = "Sales",
                   .address = "sales@s.example"},
                  {.id = id<model::ChannelAccountId>(12), .channel = model::Channel::WebChat, .name = "Site"},
                  {.id = id<model::ChannelAccountId>(14), .channel = model::Channel::WebChat, .name = "Other site"}};
    m_conversation = {.id = id<model::ConversationId>(1),
                      .identity = id<model::IdentityId>(1),
                      .account = id<model::ChannelAccountId>(11)};
}

void TestComposerDraft::repliesByTheNewestChannel()
{
    const std::vector<ReplyTarget> targets = replyTargets(m_card, m_accounts, {});
    const auto at = defaultTarget(targets, {inbound(1, 11), inbound(2, 12), inbound(1, 13, 2)}, m_conversation);
    QVERIFY(at);
    QCOMPARE(targets[*at].identity, id<model::IdentityId>(2));
    QCOMPARE(targets[*at].account, id<model::ChannelAccountId>(12));
    const auto sales = defaultTarget(targets, {inbound(2, 12), inbound(1, 13)}, m_conversation);
    QCOMPARE(targets[*sales].account, id<model::ChannelAccountId>(13));
}

void TestComposerDraft::fallsBackToTheBeginning()
{
    const std::vector<ReplyTarget> targets = replyTargets(m_card, m_accounts, {});
    const auto at = defaultTarget(targets, {}, m_conversation);
    QVERIFY(at);
    QCOMPARE(targets[*at].account, id<model::ChannelAccountId>(11));
    QVERIFY(!defaultTarget({}, {}, m_conversation));
}

void TestComposerDraft::namesWhatCannotBeUsed()
{
    m_card.identities[0].problem = "Mail to this address comes back";
    m_accounts[2].health = model::ChannelAccount::Health::Paused;
    for (const ReplyTarget &target : replyTargets(m_card, m_accounts, {}))
        QVERIFY(!target.usable());
}

void TestComposerDraft::scopedIdentitiesStayWithTheirAccount()
{
    int chat = 0;
    for (const ReplyTarget &target : replyTargets(m_card, m_accounts, {}))
        chat += target.channel == model::Channel::WebChat;
    QCOMPARE(chat, 1);
}

void TestComposerDraft::whoServesSomeAccountsWritesFromThose()
{
    model::Agent me;
    me.accounts = {m_accounts[1].id, m_accounts[2].id};
    const std::vector<ReplyTarget> targets = replyTargets(m_card, m_accounts, me);
    QCOMPARE(targets.size(), std::size_t(2));
    QCOMPARE(targets[0].account, m_accounts[1].id);
    QCOMPARE(targets[1].account, m_accounts[2].id);
    QCOMPARE(defaultTarget(targets, {}, m_conversation), std::optional(std::size_t(0))); // not from where it began
}

void TestComposerDraft::draftsGoRound_data()
{
    QTest::addColumn<ComposerDraft>("draft");
    QTest::newRow("all of it") << ComposerDraft{
        .body = "Hello",
        .subject = "Re: cups",
        .cc = "b@x.example",
        .identity = id<model::IdentityId>(1),
        .account = id<model::ChannelAccountId>(13),
        .mentions = {{id<model::AgentId>(4), "Ana Prado"}, {id<model::AgentId>(5), "Tomás"}}};
    QTest::newRow("copies before there is a text") << ComposerDraft{.cc = "b@x.example"};
    QTest::newRow("not typed to its end") << ComposerDraft{.body = "Hello", .cc = "b@x.example, boss@"};
    QTest::newRow("a subject before there is a text") << ComposerDraft{.subject = "Your cups"};
    QTest::newRow("a file alone") << ComposerDraft{.attachments = {{.name = "label.pdf", .sha256 = "ab"}}};
}

void TestComposerDraft::draftsGoRound()
{
    QFETCH(const ComposerDraft, draft);
    const store::Draft stored = toStored(draft, id<model::ConversationId>(1), store::Draft::Kind::Reply, TimePoint());
    QVERIFY(!stored.isEmpty()); // that one would be removed
    QCOMPARE(fromStored(stored), draft);
}

void TestComposerDraft::emptyDraftsAreRemoved()
{
    const ComposerDraft draft{.body = "  \n", .identity = id<model::IdentityId>(1)};
    QVERIFY(toStored(draft, id<model::ConversationId>(1), store::Draft::Kind::Note, TimePoint()).isEmpty());
}

void TestComposerDraft::addresses()
{
    QStringList wrong;
    QCOMPARE(addressesFrom("a@x.example, Bo <b@y.example>; nobody; a@x.example", &wrong),
             QStringList({"a@x.example", "b@y.example"}));
    QCOMPARE(wrong, QStringList("nobody"));
}

void TestComposerDraft::speaksOfAttachments_data()
{
    QTest::addColumn<QString>("body");
    QTest::addColumn<bool>("speaks");
    QTest::newRow("English") << "Please see the attached invoice" << true;
    QTest::newRow("German") << "Die Rechnung finden Sie im Anhang." << true;
    QTest::newRow("French") << "Vous trouverez la facture ci-joint" << true;
    QTest::newRow("Chinese") << QString::fromUtf8("请见附件") << true;
    QTest::newRow("quoted") << "> see the attached invoice\nThank you" << false;
    QTest::newRow("nothing of it") << "We send two new cups today" << false;
    QTest::newRow("part of a word") << "reattachedness" << false;
}

void TestComposerDraft::speaksOfAttachments()
{
    QFETCH(QString, body);
    QFETCH(bool, speaks);
    QCOMPARE(speaksOfAttachment(body), speaks);
}

void TestComposerDraft::whatIsTooMuchIsSaid_data()
{
    QTest::addColumn<QString>("body");
    QTest::addColumn<int>("files");
    QTest::addColumn<qint64>("bytesOfEach");
    QTest::addColumn<QString>("word"); ///< In what is said; empty: nothing is.
    const int most = int(model::kMaxBodyBytes);
    QTest::newRow("a text that just fits") << QString(most, 'a') << 0 << qint64(0) << "";
    QTest::newRow("one more") << QString(most + 1, 'a') << 0 << qint64(0) << "longer";
    QTest::newRow("bytes count") << QString(most / 2 + 1, QChar(0xe4)) << 0 << qint64(0) << "longer";
    QTest::newRow("fifty files") << "Here" << 50 << qint64(1) << "";
    QTest::newRow("one more file") << "Here" << 51 << qint64(1) << "50 files";
    QTest::newRow("files that just fit") << "Here" << 2 << qint64(25) * 1024 * 1024 << "";
    QTest::newRow("files that do not") << "Here" << 2 << qint64(25) * 1024 * 1024 + 1 << "50 MB";
}

/// The hub would send it back, long after it seemed to be gone.
void TestComposerDraft::whatIsTooMuchIsSaid()
{
    QFETCH(const QString, body);
    QFETCH(const int, files);
    QFETCH(const qint64, bytesOfEach);
    QFETCH(const QString, word);
    const QString said =
        tooMuchFor(body, std::vector<model::Attachment>(std::size_t(files), {.sizeBytes = std::int64_t(bytesOfEach)}));
    QCOMPARE(said.isEmpty(), word.isEmpty());
    QVERIFY2(said.contains(word), qPrintable(said));
}

void TestComposerDraft::subjects_data()
{
    QTest::addColumn<QString>("subject");
    QTest::addColumn<QString>("reply");
    QTest::newRow("plain") << "Two cups"
                           << "Re: Two cups";
    QTest::newRow("already") << "Re: Two cups"
                             << "Re: Two cups";
    QTest::newRow("German") << "AW: Tassen"
                            << "AW: Tassen";
    QTest::newRow("Chinese colon") << QString::fromUtf8("回复：茶盘") << QString::fromUtf8("回复：茶盘");
    QTest::newRow("word that begins alike") << "Restock"
                                            << "Re: Restock";
    QTest::newRow("none") << ""
                          << "";
}

void TestComposerDraft::subjects()
{
    QFETCH(QString, subject);
    QFETCH(QString, reply);
    QCOMPARE(replySubject(subject), reply);
}

QTEST_APPLESS_MAIN(TestComposerDraft)
#include "tst_composer_draft.moc"
