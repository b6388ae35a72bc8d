#include "core/channels/email/imap_session.h"

#include "core/channels/email/etpan_support.h"

namespace tributary::channels::email {
namespace {

using Kind = MailError::Kind;

} // namespace

ImapSession::ImapSession(const StopSignal &stop)
    : m_stop(stop)
    , m_imap(mailimap_new(0, nullptr))
{
}

ImapSession::~ImapSession()
{
    if (m_stream && !m_stream->failure()) {
        m_stream->setReadBudget(kSmallAnswer);
        m_stream->setAnswerTimeout(Milliseconds(2'000)); // LOGOUT is a courtesy
    }
    mailimap_free(m_imap); // says LOGOUT if the stream still works
}

MailResult<std::unique_ptr<ImapSession>> ImapSession::open(const MailServer &server, const TlsSettings &tls,
                                                           const MailCredentials &credentials, const MailTimeouts &timeouts,
                                                           const StopSignal &stop)
{
    std::unique_ptr<ImapSession> session(new ImapSession(stop));
    TRIBUTARY_TRY_ASSIGN(session->m_stream, MailStream::connect(server, tls, timeouts, stop));
    TRIBUTARY_TRY(session->greet());
    if (server.security == MailServer::Security::StartTls)
        TRIBUTARY_TRY(session->upgrade());
    if (!session->m_stream->isEncrypted())
        return failure(MailError{Kind::NoTls, "the connection is not encrypted"});
    TRIBUTARY_TRY(session->signIn(credentials));
    return session;
}

std::optional<MailError> ImapSession::errorOf(int code) const
{
    if (m_stream->failure())
        return m_stream->failure();
    switch (code) {
    case MAILIMAP_NO_ERROR:
    case MAILIMAP_NO_ERROR_AUTHENTICATED:
    case MAILIMAP_NO_ERROR_NON_AUTHENTICATED: return std::nullopt;
    case MAILIMAP_ERROR_STREAM: return MailError{Kind::Unreachable, "the server closed the connection"};
    case MAILIMAP_ERROR_DONT_ACCEPT_CONNECTION:
    case MAILIMAP_ERROR_FATAL: return MailError{Kind::Unreachable, "the server ended the connection"};
    case MAILIMAP_ERROR_PARSE:
    case MAILIMAP_ERROR_PROTOCOL:
    case MAILIMAP_ERROR_BAD_STATE: return MailError{Kind::Protocol, "the server's answer makes no sense"};
    default: return MailError{Kind::Refused, m_imap->imap_response ? oneLine(m_imap->imap_response) : "the server refuses"};
    }
}

bool ImapSession::has(const char *capability) const
{
    return mailimap_has_extension(m_imap, capability) != 0;
}

bool ImapSession::hasIdle() const
{
    return has("IDLE");
}

bool ImapSession::isGmail() const
{
    return has("X-GM-EXT-1");
}

MailResult<void> ImapSession::sendRaw(std::string_view text)
{
    if (mailstream_write(m_imap->imap_stream, text.data(), text.size()) == -1 || mailstream_flush(m_imap->imap_stream) == -1)
        return failure(*errorOf(MAILIMAP_ERROR_STREAM));
    return {};
}

MailResult<std::string> ImapSession::readRawLine()
{
    const char *line = mailimap_read_line(m_imap);
    if (!line)
        return failure(*errorOf(MAILIMAP_ERROR_STREAM));
    return std::string(line);
}

MailResult<std::vector<ImapSession::Folder>> ImapSession::folders()
{
    m_stream->setReadBudget(kSmallAnswer);
    clist *list = nullptr;
    if (auto error = errorOf(mailimap_list(m_imap, "", "*", &list)))
        return failure(*error);
    std::vector<Folder> folders;
    forEach<mailimap_mailbox_list>(list, [&folders](mailimap_mailbox_list &entry) {
        Folder folder{.name = entry.mb_name};
        if (entry.mb_flag) {
            folder.canSelect = entry.mb_flag->mbf_type != MAILIMAP_MBX_LIST_FLAGS_SFLAG
                               || entry.mb_flag->mbf_sflag != MAILIMAP_MBX_LIST_SFLAG_NOSELECT;
            forEach<mailimap_mbx_list_oflag>(entry.mb_flag->mbf_oflags, [&folder](mailimap_mbx_list_oflag &flag) {
                if (flag.of_type == MAILIMAP_MBX_LIST_OFLAG_FLAG_EXT && flag.of_flag_ext)
                    folder.isSent |= std::string_view(flag.of_flag_ext) == "Sent";
            });
        }
        folders.push_back(std::move(folder));
    });
    mailimap_list_result_free(list);
    return folders;
}

MailResult<ImapSession::Selected> ImapSession::select(const std::string &folder)
{
    m_stream->setReadBudget(kSmallAnswer);
    m_selected.clear();
    Selected selected;
    const int code = has("CONDSTORE") ? mailimap_select_condstore(m_imap, folder.c_str(), &selected.highestModSeq)
                                      : mailimap_select(m_imap, folder.c_str());
    if (auto error = errorOf(code))
        return failure(*error);
    const mailimap_selection_info &info = *m_imap->imap_selection_info;
    selected.uidValidity = info.sel_uidvalidity;
    selected.uidNext = info.sel_uidnext;
    selected.exists = info.sel_exists;
    m_imap->imap_selection_info->sel_has_exists = 0; // that is how it is, and no news
    m_selected = folder;
    return selected;
}

MailResult<std::uint32_t> ImapSession::uidNextOf(const std::string &folder)
{
    m_stream->setReadBudget(kSmallAnswer);
    mailimap_status_att_list *wanted = mailimap_status_att_list_new_empty();
    mailimap_status_att_list_add(wanted, MAILIMAP_STATUS_ATT_UIDNEXT);
    mailimap_mailbox_data_status *status = nullptr;
    const int code = mailimap_status(m_imap, folder.c_str(), wanted, &status);
    mailimap_status_att_list_free(wanted);
    if (auto error = errorOf(code))
        return failure(*error);
    std::uint32_t uidNext = 0;
    if (!status) // it has said OK, and nothing
        return uidNext;
    forEach<mailimap_status_info>(status->st_info_list, [&uidNext](mailimap_status_info &info) {
        if (info.st_att == MAILIMAP_STATUS_ATT_UIDNEXT)
            uidNext = info.st_value;
    });
    mailimap_mailbox_data_status_free(status);
    return uidNext;
}

MailResult<void> ImapSession::append(const std::string &folder, std::string_view raw)
{
    m_stream->setReadBudget(kSmallAnswer);
    mailimap_flag_list *flags = mailimap_flag_list_new_empty();
    mailimap_flag_list_add(flags, mailimap_flag_new_seen());
    const int code = mailimap_append(m_imap, folder.c_str(), flags, nullptr, raw.data(), raw.size());
    mailimap_flag_list_free(flags);
    if (auto error = errorOf(code))
        return failure(*error);
    return {};
}

MailResult<bool> ImapSession::waitForNews(Milliseconds most, bool mayIdle)
{
    m_stream->setReadBudget(kSmallAnswer);
    if (m_imap->imap_selection_info && m_imap->imap_selection_info->sel_has_exists != 0)
        return true; // said while something else was fetched; it is not said again
    if (hasIdle() && mayIdle)
        return idle(most);
    if (!m_stop.sleepFor(most))
        return failure(MailError{Kind::Stopped, "stopping"});
    m_imap->imap_selection_info->sel_has_exists = 0;
    if (auto error = errorOf(mailimap_noop(m_imap)))
        return failure(*error);
    return m_imap->imap_selection_info->sel_has_exists != 0;
}

MailResult<bool> ImapSession::idle(Milliseconds most)
{
    // mailimap_idle() drops what the server says before the "+", which may be the one EXISTS we are waiting for.
    if (mailimap_send_current_tag(m_imap) != MAILIMAP_NO_ERROR)
        return failure(*errorOf(MAILIMAP_ERROR_STREAM));
    TRIBUTARY_TRY(sendRaw("IDLE\r\n"));
    bool hasNews = false;
    for (bool isIdling = false; !isIdling;) {
        const MailResult<std::string> line = readRawLine();
        if (!line)
            return failure(line.error());
        isIdling = line->starts_with('+');
        hasNews |= line->find(" EXISTS") != line->npos;
        if (!isIdling && !line->starts_with('*'))
            return failure(MailError{Kind::Refused, "the server refuses to IDLE"});
    }
    if (!hasNews) {
        TRIBUTARY_TRY_ASSIGN(hasNews, waitForNewsLine(most));
    }
    TRIBUTARY_TRY(sendRaw("DONE\r\n"));
    TRIBUTARY_TRY(readRawLine());
    mailimap_response *parsed = nullptr;
    m_imap->imap_selection_info->sel_has_exists = 0;
    if (auto error = errorOf(mailimap_parse_response(m_imap, &parsed)))
        return failure(*error);
    mailimap_response_free(parsed);
    return hasNews || m_imap->imap_selection_info->sel_has_exists != 0;
}

MailResult<bool> ImapSession::waitForNewsLine(Milliseconds most)
{
    const SystemClock clock;
    const Milliseconds end = clock.steady() + most;
    for (;;) {
        if (m_imap->imap_stream->read_buffer_len == 0) {
            switch (m_stream->waitReadable(std::max(end - clock.steady(), Milliseconds(0)))) {
            case MailStream::Wait::Readable: break;
            case MailStream::Wait::TimedOut: return false;
            case MailStream::Wait::Stopped: return failure(MailError{Kind::Stopped, "stopping"});
            }
        }
        TRIBUTARY_TRY_ASSIGN(const std::string line, readRawLine());
        if (line.starts_with("* BYE"))
            return failure(MailError{Kind::Unreachable, "the server ended the connection"});
        if (line.find(" EXISTS") != line.npos)
            return true;
    }
}

} // namespace tributary::channels::email
