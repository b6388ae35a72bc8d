#include "tests/crash/verdict.h"

#include "core/base/rng.h"
#include "core/model/entities.h"
#include "core/store/blobs.h"
#include "core/store/entities.h"
#include "core/store/journal.h"
#include "tests/crash/rows.h"

#include <QRegularExpression>

#include <algorithm>
#include <functional>

namespace tributary::crash {
namespace {

using namespace tributary::model;

constexpr qsizetype kMostProblems = 40;
constexpr std::size_t kMostFile = 1 << 20;

struct Item {
    QString conversation, kind, body, id;
    std::string channel;
    std::optional<Delivery> delivery;
    std::vector<Attachment> files;
};

/// A file of the store that must be there; the process has no use without it.
std::unique_ptr<store::Database> opened(const std::filesystem::path &path, store::Database::Mode mode)
{
    auto file = store::Database::open(path.string(), {.mode = mode});
    if (!file)
        qFatal("%s cannot be opened: %s", path.c_str(), file.error().detail.c_str());
    return std::move(*file);
}

template<class T>
T must(Result<T> result, const char *what)
{
    if (!result)
        qFatal("%s: %s", what, result.error().detail.c_str());
    return std::move(*result);
}

std::int64_t numberOf(store::Database &database, const std::string &sql)
{
    auto query = database.queryOnce(sql);
    must(query.step(), "a number");
    return query.integer(0);
}

/// The messages and notes of a file, in the order in which a timeline shows them.
std::vector<Item> itemsOf(store::Database &database)
{
    std::vector<TimelineItemId> ids;
    {
        auto query = database.queryOnce("SELECT id FROM timeline_item WHERE kind IN ('inbound', 'outbound', 'note')"
                                        " ORDER BY conversation_id, at_ms, id");
        while (must(query.step(), "items"))
            ids.push_back(query.id<TimelineItemId>(0));
    }
    std::vector<Item> items;
    for (const TimelineItemId &id : ids) {
        const auto item = must(store::timelineItem(database, id), "an item");
        if (!item)
            continue;
        items.push_back({QString::fromStdString(item->conversation.text()), QString::fromLatin1(nameOf(item->kind).data()),
                         QString::fromStdString(item->body).trimmed(), QString::fromStdString(toHex(item->id.view())),
                         std::string(nameOf(item->channel)), item->delivery, item->attachments});
    }
    return items;
}

class Judge {
public:
    Judge(const Ledger &ledger, const Remains &remains)
        : m_ledger(ledger)
        , m_remains(remains)
        , m_hub(opened(remains.hub / "hub.db", store::Database::Mode::ReadOnly))
        , m_blobs(must(store::Blobs::open(remains.hub / "blobs"), "the attachments"))
        , m_items(itemsOf(*m_hub))
    {
        for (const Item &item : m_items)
            ++m_bodies[item.body];
    }

    Verdict run()
    {
        inbound("mail to us", m_ledger.mail);
        inbound("chat to us", m_ledger.chat);
        written();
        files();
        outgoingMail();
        outgoingChat();
        desks();
        for (const QString &surprise : m_ledger.surprises)
            problem(surprise);
        return std::move(m_verdict);
    }

private:
    void problem(const QString &text)
    {
        if (m_verdict.problems.size() < kMostProblems)
            m_verdict.problems.append(text);
    }

    /// Whether @p texts come in their own order on the timeline, those that are there.
    qint64 disordered(const QStringList &texts, const std::vector<QString> &shown)
    {
        std::map<QString, qsizetype> place;
        for (qsizetype i = 0; i < texts.size(); ++i)
            place[texts[i]] = i;
        qint64 wrong = 0;
        qsizetype before = -1;
        for (const QString &text : shown) {
            const auto found = place.find(text);
            if (found == place.end())
                continue;
            if (found->second < before) {
                ++wrong;
                problem("out of order: " + text);
            }
            before = std::max(before, found->second);
        }
        return wrong;
    }

    void inbound(const char *what, const std::map<QString, QStringList> &said)
    {
        Verdict::Row row{.what = what};
        for (const auto &[sender, texts] : said) {
            std::map<QString, std::vector<QString>> shown; // by conversation
            for (const QString &text : texts) {
                ++row.acknowledged;
                const int there = m_bodies[text];
                row.found += there > 0;
                row.lost += there == 0;
                row.doubled += std::max(0, there - 1);
                if (there != 1)
                    problem(QStringLiteral("%1: '%2' is there %3 times").arg(what, text).arg(there));
            }
            QStringList order = texts;
            std::ranges::sort(order, {}, [](const QString &text) { return text.section(' ', 1, 1).toInt(); });
            for (const Item &item : m_items)
                shown[item.conversation].push_back(item.body);
            for (const auto &[conversation, bodies] : shown)
                row.disordered += disordered(order, bodies);
        }
        m_verdict.rows.push_back(row);
    }

    /// Replies and notes that a desktop has accepted: at the hub once, or with their author.
    void written()
    {
        std::set<QString> withAuthor;
        for (const auto &[name, profile] : m_remains.desks) {
            SystemClock clock;
            SystemRng rng;
            IdMaker ids(clock, rng);
            auto journal = must(store::Journal::open((profile / "journal.db").string(), ids), "a journal");
            for (const store::JournalEntry &entry : must(journal->needingAuthor(), "what came back")) {
                if (const auto *message = std::get_if<SendMessage>(&entry.command.body))
                    withAuthor.insert(QString::fromStdString(toHex(message->item.view())));
                if (const auto *note = std::get_if<AddNote>(&entry.command.body))
                    withAuthor.insert(QString::fromStdString(toHex(note->item.view())));
            }
            checkDrafts(name, must(journal->drafts(), "drafts"));
        }
        std::map<QString, const Item *> byId;
        for (const Item &item : m_items)
            byId[item.id] = &item;
        Verdict::Row replies{.what = "replies"}, notes{.what = "notes"};
        std::map<std::pair<QString, QString>, QStringList> orders;
        for (const Ledger::Written &one : m_ledger.written) {
            Verdict::Row &row = one.kind == "reply" ? replies : notes;
            ++row.acknowledged;
            const bool safe = byId.contains(one.item) || withAuthor.contains(one.item) || m_ledger.letGo.contains(one.item);
            row.found += safe;
            row.lost += !safe;
            if (!safe)
                problem("lost: " + one.desk + " n " + QString::number(one.n) + " '" + one.body + "'");
            if (m_bodies[one.body] > 1) {
                ++row.doubled;
                problem("doubled: " + one.body);
            }
            if (byId.contains(one.item) && byId[one.item]->body != one.body)
                problem("changed: " + one.body);
        }
        m_verdict.rows.push_back(replies);
        m_verdict.rows.push_back(notes);
        // A text that was never accepted may have been kept or not, once at most.
        for (const QString &text : m_ledger.wanted) {
            if (m_bodies[text] > 1)
                problem("doubled, and never accepted: " + text);
        }
    }

    /// What went with a text that is at the hub: named by it, once, and whole in the hub's folder.
    void files()
    {
        Verdict::Row ours{.what = "files from us"}, theirs{.what = "files to us"};
        for (const Ledger::Written &one : m_ledger.written) {
            if (!one.file.isEmpty())
                count(ours, one.file, [&one](const Item &item) { return item.id == one.item; });
        }
        for (const auto &[text, file] : m_ledger.mailFiles)
            count(theirs, file, [&text = text](const Item &item) { return item.body == text; });
        m_verdict.rows.push_back(ours);
        m_verdict.rows.push_back(theirs);
    }

    void count(Verdict::Row &row, const QString &file, const std::function<bool(const Item &)> &isOf)
    {
        const auto item = std::ranges::find_if(m_items, isOf);
        if (item == m_items.end())
            return; // its text is missed elsewhere, or is with its author
        ++row.acknowledged;
        const auto named = std::ranges::count(item->files, file.toStdString(), &Attachment::sha256);
        const bool whole = m_blobs.read(file.toStdString(), kMostFile).has_value();
        row.found += named > 0 && whole;
        row.lost += named == 0 || !whole;
        row.doubled += std::max<qint64>(0, named - 1);
        if (named != 1 || !whole)
            problem(QStringLiteral("the file of '%1' is named %2 times, and %3")
                        .arg(item->body)
                        .arg(named)
                        .arg(whole ? "whole" : "not there, or damaged"));
    }

    void checkDrafts(const QString &desk, const std::vector<store::Draft> &present)
    {
        Verdict::Row row{.what = "drafts of " + desk};
        for (const auto &[where, draft] : m_ledger.drafts) {
            if (where.first != desk || draft.kept.isEmpty())
                continue;
            ++row.acknowledged;
            const auto found = std::ranges::find_if(present, [&](const store::Draft &one) {
                return one.kind == store::Draft::Kind::Note
                       && QString::fromStdString(one.conversation.text()) == where.second;
            });
            const QString body = found == present.end() ? QString() : QString::fromStdString(found->body);
            const bool good = body == draft.kept || draft.perhaps.contains(body);
            row.found += good;
            row.lost += !good;
            if (!good)
                problem("a draft is lost: '" + draft.kept + "', there is '" + body + "'");
        }
        m_verdict.rows.push_back(row);
    }

    void outgoingMail()
    {
        Verdict::Row row{.what = "mail from us"};
        // Postfix names what it takes by the time it took it: such names sort by time.
        static const QRegularExpression queued("ESMTPS?A? id ([0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10})");
        static const QRegularExpression text("^(d\\d+g\\d+ r\\d+ words)", QRegularExpression::MultilineOption);
        std::map<QString, std::vector<std::pair<QString, QString>>> arrived; // by text: when, to whom
        for (const auto &[address, mails] : m_remains.mailboxes) {
            for (const QString &raw : mails) {
                const QString at = queued.match(raw).captured(1);
                if (const auto found = text.match(raw); found.hasMatch())
                    arrived[found.captured(1)].emplace_back(at, address);
            }
        }
        std::map<QString, std::vector<std::pair<QString, QString>>> order; // by conversation and author: body, when
        for (const Item &item : m_items) {
            if (item.kind != "outbound" || item.channel != "email" || !item.delivery)
                continue;
            const bool sent = item.delivery->state == Delivery::State::Sent
                              || item.delivery->state == Delivery::State::Delivered
                              || item.delivery->state == Delivery::State::Read;
            const qint64 there = qint64(arrived[item.body].size());
            row.acknowledged += sent;
            row.found += sent && there > 0;
            row.lost += sent && there == 0;
            row.doubled += std::max<qint64>(0, there - 1);
            if (there > 1 || (sent && there == 0))
                problem(QStringLiteral("mail '%1' is %2 and there %3 times")
                            .arg(item.body, QString::fromLatin1(nameOf(item.delivery->state).data()))
                            .arg(there));
            if (item.delivery->state == Delivery::State::Uncertain)
                ++m_uncertain;
            if (!sent && item.delivery->state != Delivery::State::Uncertain)
                problem("mail '" + item.body + "' is still " + QString::fromLatin1(nameOf(item.delivery->state).data())
                        + ": " + QString::fromStdString(item.delivery->problemText));
            if (there == 1)
                order[item.conversation + item.body.section('g', 0, 0)].emplace_back(item.body, arrived[item.body][0].first);
        }
        for (const auto &[where, mails] : order)
            row.disordered += countDisordered(mails);
        m_verdict.rows.push_back(row);
        m_verdict.rows.push_back({.what = "  of which uncertain", .acknowledged = m_uncertain, .found = m_uncertain});
    }

    /// Of one author in one conversation: n rises with the generation and the number in the text.
    qint64 countDisordered(std::vector<std::pair<QString, QString>> mails)
    {
        static const QRegularExpression number("^d\\d+g(\\d+) r(\\d+) ");
        std::ranges::sort(mails, {}, [](const auto &mail) { return mail.second; });
        qint64 wrong = 0, before = 0;
        for (const auto &[body, when] : mails) {
            if (m_ledger.sentAnyway.contains(body))
                continue;
            const auto parts = number.match(body);
            const qint64 n = parts.captured(1).toLongLong() * 1'000'000 + parts.captured(2).toLongLong();
            if (n < before) {
                ++wrong;
                problem("went out of order: " + body);
            }
            before = std::max(before, n);
        }
        return wrong;
    }

    void outgoingChat()
    {
        Verdict::Row row{.what = "chat from us"};
        std::map<QString, int> seen;
        std::map<QString, qint64> when; // a number, as text that sorts
        for (const auto &[visitor, browser] : m_ledger.browsers) {
            qint64 expected = 0;
            for (const auto &[n, text] : browser.allTexts) {
                if (n != ++expected) {
                    problem(visitor + ": its log has a hole at " + QString::number(expected));
                    break;
                }
            }
            for (const auto &[n, text] : browser.agentTexts) {
                ++seen[text];
                when[text] = n;
            }
            std::map<QString, int> own;
            for (const auto &[n, text] : browser.allTexts) {
                if (++own[text] > 1) {
                    ++row.doubled;
                    problem(visitor + " sees '" + text + "' more than once");
                }
            }
        }
        std::map<QString, std::vector<std::pair<QString, QString>>> order;
        for (const Item &item : m_items) {
            if (item.kind != "outbound" || item.channel != "webchat")
                continue;
            ++row.acknowledged;
            row.found += seen[item.body] > 0;
            row.lost += seen[item.body] == 0;
            if (seen[item.body] == 0)
                problem("chat '" + item.body + "' never reached its visitor");
            order[item.conversation + item.body.section('g', 0, 0)].emplace_back(
                item.body, QStringLiteral("%1").arg(when[item.body], 9, 10, QChar('0')));
        }
        for (const auto &[where, texts] : order)
            row.disordered += countDisordered(texts);
        m_verdict.rows.push_back(row);
    }

    void desks()
    {
        for (const auto &[name, profile] : m_remains.desks) {
            const auto file = opened(profile / "cache.db", store::Database::Mode::ReadWrite);
            Verdict::Row row{.what = "rows of " + name};
            for (const TableDifference &table : differences(*m_hub, *file)) {
                row.acknowledged += table.there;
                row.found += table.there - table.missing;
                row.lost += table.missing;
                row.doubled += table.added;
                if (table.missing > 0 || table.added > 0)
                    problem(QStringLiteral("%1: %2 rows of %3 differ from the hub's")
                                .arg(name)
                                .arg(std::max(table.missing, table.added))
                                .arg(table.name));
            }
            if (numberOf(*file, "SELECT count(*) FROM shadow") != 0)
                problem(name + ": something of its own lies on top of the hub's rows");
            for (const char *index : {"item_search", "identity_search", "customer_search"}) {
                const std::string check =
                    std::string("INSERT INTO ") + index + "(" + index + ", rank) VALUES('integrity-check', 1)";
                if (const auto done = file->execute(check); !done)
                    problem(name + ": full text " + index + ": " + QString::fromStdString(done.error().detail));
            }
            m_verdict.rows.push_back(row);
        }
    }

    const Ledger &m_ledger;
    const Remains &m_remains;
    std::unique_ptr<store::Database> m_hub;
    store::Blobs m_blobs;
    std::vector<Item> m_items;
    std::map<QString, int> m_bodies;
    qint64 m_uncertain = 0;
    Verdict m_verdict;
};

} // namespace

bool Verdict::good() const
{
    return problems.isEmpty() && std::ranges::all_of(rows, &Row::good);
}

QString Verdict::table() const
{
    QString text = QStringLiteral("%1%2%3%4%5%6\n")
                       .arg("", -22)
                       .arg("acknowledged", 14)
                       .arg("found", 8)
                       .arg("lost", 8)
                       .arg("doubled", 9)
                       .arg("out of order", 14);
    for (const Row &row : rows)
        text += QStringLiteral("%1%2%3%4%5%6\n")
                    .arg(row.what, -22)
                    .arg(row.acknowledged, 14)
                    .arg(row.found, 8)
                    .arg(row.lost, 8)
                    .arg(row.doubled, 9)
                    .arg(row.disordered, 14);
    for (const QString &problem : problems)
        text += "  " + problem + "\n";
    return text;
}

Verdict judge(const Ledger &ledger, const Remains &remains)
{
    return Judge(ledger, remains).run();
}

} // namespace tributary::crash
