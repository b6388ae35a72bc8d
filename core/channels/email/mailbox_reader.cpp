#include "core/channels/email/mailbox_reader.h"

#include "core/base/log.h"
#include "core/channels/email/sent_folder.h"

#include <algorithm>
#include <utility>

namespace tributary::channels::email {
namespace {

using Kind = MailError::Kind;
constexpr const char *kStateKey = "mailbox";
constexpr Milliseconds kLookWhileFilling{10'000};

/// Else it is about the server, or the way to it.
bool isAboutTheMail(const MailError &error)
{
    return error.kind == Kind::Protocol || error.kind == Kind::Refused;
}

/// Whether what is known of a folder's numbers still holds. Numbers only rise (RFC 3501, 2.3.1.1), but a server that was
/// restored from a backup may give them out again and keep its UIDVALIDITY.
bool isAsKnown(const ImapSession::Selected &selected, const MailboxState::Folder &known)
{
    return selected.uidValidity != 0 && selected.uidValidity == known.uidValidity
           && (selected.uidNext == 0 || selected.uidNext > known.lastUid);
}

std::shared_ptr<const std::string> headerOf(const std::string &raw)
{
    const std::size_t end = std::min(raw.find("\r\n\r\n"), raw.find("\n\n"));
    return std::make_shared<const std::string>(raw.substr(0, end) + "\r\n\r\n");
}

} // namespace

MailboxReader::MailboxReader(const Context &context)
    : m_context(context)
    , m_backoff({context.tuning.backoffFirst, context.tuning.backoffMost}, m_rng)
    , m_gate(context.host, context.health, context.stop, m_backoff)
{
}

const std::string &MailboxReader::nameOf(MailFolder folder) const
{
    return folder == MailFolder::Inbox ? m_inboxName : m_sentName;
}

std::string MailboxReader::placeOf(MailFolder folder) const
{
    const EmailSettings &settings = m_context.settings;
    const std::string &user = settings.imap.user.empty() ? settings.address : settings.imap.user;
    return email::placeOf(settings.imap, user, nameOf(folder));
}

void MailboxReader::save()
{
    m_context.host.saveState(kStateKey, toText(m_state));
}

void MailboxReader::run()
{
    m_state = mailboxStateFrom(m_context.host.loadState(kStateKey));
    while (!m_context.stop.isRaised()) {
        const MailResult<void> ended = serve();
        m_session.reset();
        m_plan.reset();
        if (ended || ended.error().kind == Kind::Stopped)
            continue;
        m_context.health.receivingFails(ended.error(), m_context.settings.imap);
        Milliseconds pause = m_backoff.next();
        if (ended.error().kind == Kind::Auth) // servers lock accounts after a few wrong passwords
            pause = std::max(pause, m_context.tuning.afterRefusedSignIn);
        log(LogLevel::Warning, "tributary.email", "the mailbox cannot be read; trying again",
            {{"account", m_context.settings.account.text()},
             {"problem", problemName(ended.error().kind)},
             {"detail", ended.error().detail},
             {"in_ms", pause.count()}});
        m_context.stop.sleepFor(pause);
    }
}

MailResult<void> MailboxReader::serve()
{
    const Context &context = m_context;
    TRIBUTARY_TRY_ASSIGN(m_session, signIn<ImapSession>(context.settings.imap, context.settings, context.tokens,
                                                        context.tuning.timeouts, context.stop));
    TRIBUTARY_TRY(findSentFolder());
    TRIBUTARY_TRY(prepare());
    Milliseconds looked = context.clock.steady();
    TRIBUTARY_TRY(readNewOfAll());
    context.health.receivingWorks();
    while (m_plan) {
        TRIBUTARY_TRY(fillSome());
        if (context.clock.steady() - looked > kLookWhileFilling) {
            TRIBUTARY_TRY(readNewOfAll());
            looked = context.clock.steady();
        }
    }
    for (;;) {
        TRIBUTARY_TRY(wait());
        m_backoff.reset(); // not before something has worked that is more than a sign-in
        // Sent first, always: what is answered must be here before its answer.
        TRIBUTARY_TRY(readNewOfAll());
        context.health.receivingWorks();
    }
}

MailResult<void> MailboxReader::findSentFolder()
{
    m_sentName.clear();
    if (!m_context.settings.readSent)
        return {};
    TRIBUTARY_TRY_ASSIGN(m_sentName, sentFolderOf(*m_session, m_context.settings));
    return {};
}

MailResult<void> MailboxReader::meetFolder(MailFolder folder, MailboxState &state, bool &isNew)
{
    if (nameOf(folder).empty())
        return {};
    auto opened = m_session->select(nameOf(folder));
    if (!opened && opened.error().kind == Kind::Refused && folder == MailFolder::Sent) {
        // Renamed, removed, or not ours to read: what customers write comes in all the same.
        log(LogLevel::Warning, "tributary.email", "the folder for sent mail cannot be opened",
            {{"account", m_context.settings.account.text()}});
        m_context.health.sentFolderFails(m_sentName);
        m_sentName.clear();
        return {};
    }
    if (!opened)
        return failure(opened.error());
    if (folder == MailFolder::Sent)
        m_context.health.sentFolderWorks();
    ImapSession::Selected selected = std::move(*opened);
    MailboxState::Folder &known = state.of(folder);
    const std::string place = placeOf(folder);
    if (isAsKnown(selected, known) && (known.place.empty() || known.place == place)) {
        known.place = place;
        return {};
    }
    isNew = true;
    if (selected.uidNext == 0 && selected.exists > 0) {
        TRIBUTARY_TRY_ASSIGN(selected.uidNext, m_session->uidNextOf(nameOf(folder)));
    }
    const std::uint32_t last = selected.uidNext > 0 ? selected.uidNext - 1 : 0;
    known = {.uidValidity = selected.uidValidity, .lastUid = last, .baseUid = last, .place = place};
    return {};
}

MailResult<void> MailboxReader::prepare()
{
    // All of it or nothing: a folder that is new and counts as known would never be filled.
    MailboxState met = m_state;
    bool isNew = false;
    TRIBUTARY_TRY(meetFolder(MailFolder::Sent, met, isNew));
    TRIBUTARY_TRY(meetFolder(MailFolder::Inbox, met, isNew));
    const bool isPlaced = met != m_state;
    m_state = std::move(met);
    if (isNew)
        beginBackfill();
    else if (isPlaced)
        save();
    if (m_state.fillSince)
        TRIBUTARY_TRY(planBackfill());
    return {};
}

void MailboxReader::beginBackfill()
{
    // UIDs of another UIDVALIDITY, or another mailbox, mean nothing: what arrived since the last mail we know is looked at
    // again, and ingest knows by content what it has.
    const TimePoint now = m_context.clock.now();
    TimePoint since = now - std::chrono::days(m_context.settings.backfillDays);
    if (m_state.newest != TimePoint())
        since = std::min(since, m_state.newest - std::chrono::days(1));
    if (m_state.fillSince)
        since = std::min(since, *m_state.fillSince);
    m_state.fillSince = since;
    m_state.filledTo = {};
    save();
}

MailResult<std::vector<ImapSession::Summary>> MailboxReader::summariesToFill(MailFolder folder)
{
    const std::uint32_t base = m_state.of(folder).baseUid;
    if (nameOf(folder).empty() || base == 0)
        return std::vector<ImapSession::Summary>();
    TRIBUTARY_TRY(ensureSelected(folder));
    // SINCE goes by the server's calendar, which may be a day behind or ahead of UTC; the plan compares times.
    TRIBUTARY_TRY_ASSIGN(std::vector<std::uint32_t> uids, m_session->uidsSince(*m_state.fillSince - std::chrono::days(1)));
    std::erase_if(uids, [base](std::uint32_t uid) { return uid > base; });
    return m_session->summariesOf(uids);
}

MailResult<void> MailboxReader::planBackfill()
{
    TRIBUTARY_TRY_ASSIGN(const std::vector<ImapSession::Summary> sent, summariesToFill(MailFolder::Sent));
    TRIBUTARY_TRY_ASSIGN(const std::vector<ImapSession::Summary> inbox, summariesToFill(MailFolder::Inbox));
    m_plan.emplace(inbox, sent, *m_state.fillSince, m_state.filledTo);
    m_context.health.backfill(m_plan->done(), m_plan->total());
    return {};
}

MailResult<void> MailboxReader::fillSome()
{
    const EmailTuning &tuning = m_context.tuning;
    const auto entries = m_plan->next(tuning.windowMails, tuning.windowBytes, tuning.mostMailBytes);
    if (!entries.empty()) {
        std::vector<std::pair<MailPlace, InboundEnvelope>> window;
        for (const MailFolder folder : {MailFolder::Sent, MailFolder::Inbox}) {
            std::vector<ImapSession::Summary> wanted;
            for (const BackfillPlan::Entry &entry : entries) {
                if (entry.place.folder == folder)
                    wanted.push_back(entry.summary);
            }
            if (wanted.empty())
                continue;
            std::sort(wanted.begin(), wanted.end(), [](const auto &a, const auto &b) { return a.uid < b.uid; });
            TRIBUTARY_TRY_ASSIGN(const std::vector<ImapSession::Mail> mails, fetch(folder, wanted, true));
            for (const ImapSession::Mail &mail : mails) {
                if (auto envelope = read(mail, folder))
                    window.emplace_back(MailPlace{mail.summary.arrivedAt, folder, mail.summary.uid}, std::move(*envelope));
            }
        }
        std::sort(window.begin(), window.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
        std::vector<InboundEnvelope> envelopes;
        for (auto &[place, envelope] : window)
            envelopes.push_back(std::move(envelope));
        TRIBUTARY_TRY(deliver(std::move(envelopes)));
        for (const BackfillPlan::Entry &entry : entries) {
            if (m_careful && m_careful->isFill && entry.place == m_careful->place)
                m_careful.reset();
        }
        m_state.filledTo = entries.back().place;
        m_state.newest = std::max(m_state.newest, std::min(entries.back().place.arrivedAt, m_context.clock.now()));
        m_plan->advance(entries.size());
    }
    if (m_plan->isDone()) {
        m_state.fillSince.reset();
        m_plan.reset();
        save();
        m_context.health.backfill(0, 0);
        return {};
    }
    save();
    m_context.health.backfill(m_plan->done(), m_plan->total());
    return {};
}

MailResult<void> MailboxReader::ensureSelected(MailFolder folder)
{
    if (m_session->selectedFolder() == nameOf(folder))
        return {};
    TRIBUTARY_TRY_ASSIGN(const ImapSession::Selected selected, m_session->select(nameOf(folder)));
    if (!isAsKnown(selected, m_state.of(folder))) // while connected: begin again from the start of serve()
        return failure(MailError{Kind::Unreachable, "the server has renumbered its mails"});
    return {};
}

MailResult<void> MailboxReader::readNewOfAll()
{
    TRIBUTARY_TRY(readNew(MailFolder::Sent));
    return readNew(MailFolder::Inbox);
}

/// What answers something else would begin a conversation of its own as long as that is not here. What has come before the
/// place that the back-fill has reached waits for nothing.
bool MailboxReader::waitsForBackfill(const InboundEnvelope &envelope, const MailPlace &place) const
{
    const bool isFilling = m_plan && !m_plan->isDone() && place > m_state.filledTo && place.arrivedAt >= *m_state.fillSince;
    const bool isAnswer = !envelope.references.empty() && !envelope.conversationNumber;
    return isFilling && isAnswer && envelope.kind != InboundEnvelope::Kind::Delivery;
}

MailResult<void> MailboxReader::readNew(MailFolder folder)
{
    if (nameOf(folder).empty())
        return {};
    if (folder == MailFolder::Sent) {
        m_lookedAtSent = m_context.clock.steady();
        TRIBUTARY_TRY_ASSIGN(const std::uint32_t next, m_session->uidNextOf(m_sentName));
        if (next != 0 && next == m_state.sent.lastUid + 1)
            return {}; // cheaper than selecting it
    }
    TRIBUTARY_TRY(ensureSelected(folder));
    MailboxState::Folder &cursor = m_state.of(folder);
    TRIBUTARY_TRY_ASSIGN(const std::vector<ImapSession::Summary> summaries, m_session->summariesAfter(cursor.lastUid));
    const EmailTuning &tuning = m_context.tuning;
    for (std::span<const ImapSession::Summary> left(summaries); !left.empty();) {
        // The good ones before the one that does it are not to wait for it.
        const bool isCareful = m_careful && !m_careful->isFill && m_careful->place.folder == folder;
        const std::size_t most = isCareful ? 1 : tuning.windowMails;
        const auto some = left.first(windowLength(left, most, tuning.windowBytes, tuning.mostMailBytes));
        TRIBUTARY_TRY_ASSIGN(const std::vector<ImapSession::Mail> mails, fetch(folder, some, false));
        std::vector<InboundEnvelope> window;
        std::uint32_t baseUid = cursor.baseUid;
        for (const ImapSession::Mail &mail : mails) {
            m_state.newest = std::max(m_state.newest, std::min(mail.summary.arrivedAt, m_context.clock.now()));
            auto envelope = read(mail, folder);
            if (!envelope)
                continue;
            const MailPlace place{mail.summary.arrivedAt, folder, mail.summary.uid};
            if (!waitsForBackfill(*envelope, place)) {
                window.push_back(std::move(*envelope));
                continue;
            }
            m_plan->add({place, mail.summary});
            baseUid = std::max(baseUid, mail.summary.uid); // so that the plan which is made after a break has it, too
        }
        TRIBUTARY_TRY(deliver(std::move(window)));
        cursor.lastUid = some.back().uid;
        cursor.baseUid = baseUid;
        save();
        if (isCareful && cursor.lastUid >= m_careful->place.uid)
            m_careful.reset();
        left = left.subspan(some.size());
    }
    return {};
}

MailResult<void> MailboxReader::wait()
{
    if (m_session->selectedFolder() != m_inboxName) // what came while another folder was open is announced by selecting
        return ensureSelected(MailFolder::Inbox);
    const EmailTuning &tuning = m_context.tuning;
    Milliseconds most = m_session->hasIdle() && m_mayIdle ? tuning.idle : tuning.poll;
    if (!m_sentName.empty())
        most = std::min(most, std::max(tuning.lookAtSent - (m_context.clock.steady() - m_lookedAtSent), Milliseconds(1)));
    const auto news = m_session->waitForNews(most, m_mayIdle);
    if (news)
        return {};
    m_mayIdle = m_mayIdle && news.error().kind != Kind::Refused; // the next connection asks from time to time
    return failure(news.error());
}

MailResult<std::vector<ImapSession::Mail>> MailboxReader::fetch(MailFolder folder,
                                                                std::span<const ImapSession::Summary> wanted, bool isFill)
{
    TRIBUTARY_TRY(ensureSelected(folder));
    if (m_careful && m_careful->isFill == isFill && m_careful->place.folder == folder)
        return fetchOneByOne(folder, wanted);
    auto mails = m_session->fetch(wanted, m_context.tuning.mostMailBytes);
    // For the next connection: this one may be out of step. A server may also say no to a whole window for one mail in it,
    // or close the connection, again and again.
    const bool isEnd = !mails && (mails.error().kind == Kind::Unreachable || mails.error().kind == Kind::TimedOut);
    m_endsInFetch = isEnd ? m_endsInFetch + 1 : 0;
    if (!mails && (isAboutTheMail(mails.error()) || m_endsInFetch > 1))
        m_careful = Careful{{wanted.back().arrivedAt, folder, wanted.back().uid}, isFill};
    return mails;
}

MailResult<std::vector<ImapSession::Mail>> MailboxReader::fetchOneByOne(MailFolder folder,
                                                                        std::span<const ImapSession::Summary> wanted)
{
    std::vector<ImapSession::Mail> mails;
    for (const ImapSession::Summary &summary : wanted) {
        const MailPlace place{summary.arrivedAt, folder, summary.uid};
        const auto suspect = m_suspects.find(place);
        const bool isHopeless = suspect != m_suspects.end() && suspect->second.isHopeless(m_context);
        if (isHopeless && suspect->second.headerFails) {
            log(LogLevel::Warning, "tributary.email", "a mail cannot be fetched",
                {{"account", m_context.settings.account.text()}, {"uid", summary.uid}});
            mails.push_back(
                {.summary = summary, .headerOnly = true, .raw = traceOf(folder, summary, "fetched"), .isWithheld = true});
            continue;
        }
        auto one = m_session->fetch(std::span(&summary, 1), isHopeless ? 0 : m_context.tuning.mostMailBytes);
        if (!one) {
            const bool isEnd = one.error().kind == Kind::Unreachable || one.error().kind == Kind::TimedOut;
            if (isEnd || isAboutTheMail(one.error())) {
                Suspect &about = m_suspects.try_emplace(place, Suspect{m_context.clock.steady()}).first->second;
                ++about.failures;
                about.mayPass = one.error().kind != Kind::Protocol;
                about.headerFails = isHopeless;
            }
            return failure(one.error());
        }
        for (ImapSession::Mail &mail : *one)
            mail.isWithheld = isHopeless;
        if (!isHopeless)
            m_suspects.erase(place);
        std::move(one->begin(), one->end(), std::back_inserter(mails));
    }
    return mails;
}

/// The header of a mail that says that there is one, of which nothing else can be shown.
std::shared_ptr<const std::string> MailboxReader::traceOf(MailFolder folder, const ImapSession::Summary &summary,
                                                          const char *lacks)
{
    const std::string uid = std::to_string(summary.uid);
    return std::make_shared<const std::string>(
        "Subject: Mail " + uid + " could not be " + lacks + "\r\nAuto-Submitted: auto-generated\r\nX-Tributary-Mail: "
        + nameOf(folder) + " " + std::to_string(m_state.of(folder).uidValidity) + " " + uid + "\r\n\r\n");
}

/// Of what cannot be read the header is taken, or at least a trace of it: it is not left out without a word.
std::optional<InboundEnvelope> MailboxReader::read(const ImapSession::Mail &mail, MailFolder folder)
{
    enum class Part { All, Header, Trace };
    for (const Part part : {Part::All, Part::Header, Part::Trace}) {
        try {
            FetchedMail fetched{.raw = mail.raw,
                                .arrivedAt = mail.summary.arrivedAt,
                                .sizeBytes = mail.summary.sizeBytes,
                                .headerOnly = mail.headerOnly,
                                .isWithheld = mail.isWithheld,
                                .isSent = folder == MailFolder::Sent};
            if (part != Part::All) {
                fetched.raw = part == Part::Header ? headerOf(*mail.raw) : traceOf(folder, mail.summary, "read");
                fetched.headerOnly = fetched.isUnreadable = true;
            }
            return m_context.codec.read(fetched);
        } catch (const std::exception &error) { // out of memory, or a fault of a library: it must not stop the rest
            log(LogLevel::Error, "tributary.email", "a mail could not be read",
                {{"account", m_context.settings.account.text()}, {"uid", mail.summary.uid}, {"error", error.what()}});
        }
    }
    ++m_state.skipped;
    log(LogLevel::Error, "tributary.email", "a mail is left out",
        {{"account", m_context.settings.account.text()}, {"uid", mail.summary.uid}});
    return std::nullopt;
}

MailResult<void> MailboxReader::deliver(std::vector<InboundEnvelope> window)
{
    TRIBUTARY_TRY_ASSIGN(const std::int64_t refused, m_gate.deliver(std::move(window)));
    m_state.skipped += refused;
    m_backoff.reset();
    m_context.health.receivingWorks();
    return {};
}

} // namespace tributary::channels::email
