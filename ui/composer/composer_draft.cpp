#include "ui/composer/composer_draft.h"

#include "core/model/command_files.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>

namespace tributary::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Composer)
};

/// A line each: who, and by which words.
std::string mentionsToText(const std::vector<Mention> &mentions)
{
    QStringList lines;
    for (const Mention &mention : mentions)
        lines.append(QString::fromStdString(mention.agent.text()) + u' ' + mention.name);
    return lines.join(u'\n').toStdString();
}

std::vector<Mention> mentionsFrom(const std::string &text)
{
    std::vector<Mention> mentions;
    for (const QString &line : QString::fromStdString(text).split(u'\n', Qt::SkipEmptyParts)) {
        const auto agent = model::AgentId::fromText(line.section(u' ', 0, 0).toStdString());
        if (agent)
            mentions.push_back({*agent, line.section(u' ', 1)});
    }
    return mentions;
}

} // namespace

ComposerDraft joined(ComposerDraft above, const ComposerDraft &below)
{
    if (above.body.trimmed().isEmpty())
        above.body = below.body;
    else if (!below.body.trimmed().isEmpty())
        above.body += QStringLiteral("\n\n") + below.body;
    if (above.subject.isEmpty())
        above.subject = below.subject;
    if (above.cc.isEmpty())
        above.cc = below.cc;
    if (above.identity.isNull()) {
        above.identity = below.identity;
        above.account = below.account;
    }
    if (above.seen == 0 || (below.seen > 0 && below.seen < above.seen))
        above.seen = below.seen; // whatever came since then has not been seen by all of it
    for (const model::Attachment &file : below.attachments) {
        if (std::ranges::find(above.attachments, file.id, &model::Attachment::id) == above.attachments.end())
            above.attachments.push_back(file);
    }
    for (const Mention &mention : below.mentions) {
        if (std::ranges::count(above.mentions, mention) == 0)
            above.mentions.push_back(mention);
    }
    return above;
}

store::Draft toStored(const ComposerDraft &draft, model::ConversationId conversation, store::Draft::Kind kind, TimePoint at)
{
    store::Draft stored{.conversation = conversation, .kind = kind, .savedAt = at};
    if (draft.isEmpty())
        return stored; // an empty one removes it
    stored.body = draft.body.toStdString();
    const auto keep = [&stored](const char *name, std::string value) {
        if (!value.empty())
            stored.fields[name] = std::move(value);
    };
    keep("subject", draft.subject.toStdString());
    keep("cc", draft.cc.toStdString());
    if (!draft.identity.isNull())
        keep("identity", draft.identity.text());
    if (!draft.account.isNull())
        keep("account", draft.account.text());
    if (draft.seen > 0)
        keep("seen", std::to_string(draft.seen));
    keep("mentions", mentionsToText(draft.mentions));
    store::setAttachments(stored, draft.attachments);
    return stored;
}

ComposerDraft fromStored(const store::Draft &draft)
{
    const auto field = [&draft](const char *name) {
        const auto at = draft.fields.find(name);
        return at == draft.fields.end() ? std::string() : at->second;
    };
    return {.body = QString::fromStdString(draft.body),
            .subject = QString::fromStdString(field("subject")),
            .cc = QString::fromStdString(field("cc")),
            .identity = model::IdentityId::fromText(field("identity")).value_or(model::IdentityId()),
            .account = model::ChannelAccountId::fromText(field("account")).value_or(model::ChannelAccountId()),
            .attachments = store::attachmentsOf(draft),
            .mentions = mentionsFrom(field("mentions")),
            .seen = QString::fromStdString(field("seen")).toLongLong()};
}

QStringList addressesFrom(const QString &typed, QStringList *wrong)
{
    static const QRegularExpression parts(QStringLiteral("[,;\\n]+"));
    static const QRegularExpression address(QStringLiteral("^[^\\s@<>\",;]+@[^\\s@<>\",;.]+(\\.[^\\s@<>\",;.]+)+$"));
    QStringList found;
    for (const QString &part : typed.split(parts, Qt::SkipEmptyParts)) {
        QString text = part.trimmed();
        const qsizetype open = text.lastIndexOf(u'<'), close = text.lastIndexOf(u'>');
        if (open >= 0 && close > open)
            text = text.mid(open + 1, close - open - 1).trimmed();
        if (text.isEmpty())
            continue;
        if (address.match(text).hasMatch())
            found.append(text);
        else if (wrong)
            wrong->append(part.trimmed());
    }
    found.removeDuplicates();
    return found;
}

QString tooMuchFor(const QString &body, const std::vector<model::Attachment> &files)
{
    if (std::size_t(body.toUtf8().size()) > model::kMaxBodyBytes)
        return Words::tr("This is longer than a message can be. Shorten it, or attach it as a file.");
    if (files.size() > model::kMaxAttachments)
        return Words::tr("A message may have 50 files. Send some of them in another message.");
    if (model::totalBytes(files) > model::kMaxFilesBytes)
        return Words::tr("A message may have 50 MB of files. Send some of them in another message.");
    return {};
}

bool speaksOfAttachment(const QString &body)
{
    static const QRegularExpression words(
        QStringLiteral(
            "\\b(attach(ed|ment|ments|ing)|enclosed|im anhang|angehängt|anbei|beigefügt|ci-joint|pi[eè]ces? jointes?|"
            "adjunt[oa]s?|anexo|em anexo|allegat[oi]|in allegato|bijgevoegd|bifogad|załącz)|"
            "(附件|附上|添付|첨부|مرفق|المرفق|вложен|прикреп|додан|ekte)"),
        QRegularExpression::CaseInsensitiveOption | QRegularExpression::UseUnicodePropertiesOption);
    for (const QString &line : body.split(u'\n')) {
        if (!line.startsWith(u'>') && words.match(line).hasMatch())
            return true;
    }
    return false;
}

QString replySubject(const QString &subject)
{
    static const QRegularExpression begins(
        QStringLiteral("^\\s*(re|aw|sv|vs|antw|rif|res|odp|回复|答复|رد)\\s*(\\[\\d+\\])?\\s*[:：]"),
        QRegularExpression::CaseInsensitiveOption);
    const QString plain = subject.simplified();
    return plain.isEmpty() || begins.match(plain).hasMatch() ? plain : QStringLiteral("Re: ") + plain;
}

} // namespace tributary::ui
