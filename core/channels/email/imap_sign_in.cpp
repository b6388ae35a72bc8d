// The part of ImapSession that is over once it is signed in.
#include "core/channels/email/etpan_support.h"
#include "core/channels/email/imap_session.h"
#include "core/channels/email/oauth.h"

namespace tributary::channels::email {
namespace {

using Kind = MailError::Kind;

/// The tagged answer of a response, and its code in brackets where libetpan keeps it as a word.
struct Tagged {
    bool ok = false;
    std::string code;
    std::string text;
};

Tagged taggedOf(const mailimap_response &response)
{
    Tagged tagged;
    const mailimap_response_done *done = response.rsp_resp_done;
    if (!done || done->rsp_type != MAILIMAP_RESP_DONE_TYPE_TAGGED)
        return tagged;
    const mailimap_resp_cond_state *state = done->rsp_data.rsp_tagged->rsp_cond_state;
    tagged.ok = state->rsp_type == MAILIMAP_RESP_COND_STATE_OK;
    if (const mailimap_resp_text *text = state->rsp_text) {
        if (text->rsp_text)
            tagged.text = text->rsp_text;
        if (text->rsp_code && text->rsp_code->rc_type == MAILIMAP_RESP_TEXT_CODE_OTHER
            && text->rsp_code->rc_data.rc_atom.atom_name)
            tagged.code = text->rsp_code->rc_data.rc_atom.atom_name;
    }
    return tagged;
}

std::string lastCode(const mailimap &imap)
{
    return imap.imap_response_info && imap.imap_response_info->rsp_atom ? imap.imap_response_info->rsp_atom : "";
}

/// Whether the password may be right all the same: codes of RFC 5530, and what Gmail says with another one (ALERT).
bool isTemporary(const std::string &code, const std::string &text)
{
    return code == "UNAVAILABLE" || code == "INUSE" || code == "LIMIT"
           || text.find("Too many simultaneous connections") != text.npos;
}

} // namespace

MailResult<void> ImapSession::greet()
{
    m_stream->setReadBudget(kSmallAnswer);
    if (auto error = errorOf(mailimap_connect(m_imap, etpanStreamOver(*m_stream))))
        return failure(*error);
    return {};
}

MailResult<void> ImapSession::upgrade()
{
    // Signed in before TLS, STARTTLS is not possible any more (RFC 9051, 11.1): somebody may be in between.
    if (m_imap->imap_state == MAILIMAP_STATE_AUTHENTICATED)
        return failure(MailError{Kind::NoTls, "the server signs in without encryption"});
    const int code = mailimap_starttls(m_imap);
    if (m_stream->failure())
        return failure(*m_stream->failure());
    if (code != MAILIMAP_NO_ERROR)
        return failure(MailError{Kind::NoTls, "the server does not offer STARTTLS"});
    // Whatever came before the handshake was not protected: answers smuggled in behind the OK are an attack
    // (CVE-2020-15953).
    if (m_imap->imap_stream->read_buffer_len != 0)
        return failure(MailError{Kind::NoTls, "the server sent more than its answer to STARTTLS"});
    TRIBUTARY_TRY(m_stream->startTls());
    return refreshCapabilities(); // those from before TLS are forgotten (RFC 3501, 6.2.1)
}

MailResult<void> ImapSession::refreshCapabilities()
{
    m_stream->setReadBudget(kSmallAnswer);
    mailimap_capability_data *capabilities = nullptr;
    if (auto error = errorOf(mailimap_capability(m_imap, &capabilities)))
        return failure(*error);
    mailimap_capability_data_free(capabilities);
    return {};
}

MailResult<void> ImapSession::signIn(const MailCredentials &credentials)
{
    if (!m_imap->imap_connection_info || !m_imap->imap_connection_info->imap_capability)
        TRIBUTARY_TRY(refreshCapabilities());
    const bool isPreauthenticated = m_imap->imap_state == MAILIMAP_STATE_AUTHENTICATED;
    if (isPreauthenticated) {
        // nothing to do (RFC 3501, 7.1.4)
    } else if (!credentials.accessToken.empty()) {
        TRIBUTARY_TRY(authenticate("XOAUTH2", xoauth2Response(credentials.user, credentials.accessToken)));
    } else if (mailimap_has_authentication(m_imap, "PLAIN")) {
        TRIBUTARY_TRY(authenticate("PLAIN", plainResponse(credentials.user, credentials.password)));
    } else {
        const int code = mailimap_login(m_imap, credentials.user.c_str(), credentials.password.c_str());
        if (code == MAILIMAP_ERROR_LOGIN) {
            const std::string said = m_imap->imap_response ? oneLine(m_imap->imap_response) : "";
            return failure(MailError{isTemporary(lastCode(*m_imap), said) ? Kind::Unreachable : Kind::Auth, said});
        }
        if (auto error = errorOf(code))
            return failure(*error);
    }
    TRIBUTARY_TRY(refreshCapabilities());
    if (has("ID")) // some providers refuse to go on without it
        mailimap_custom_command(m_imap, "ID (\"name\" \"Tributary\")");
    if (m_stream->failure())
        return failure(*m_stream->failure());
    return {};
}

MailResult<void> ImapSession::authenticate(const std::string &mechanism, const std::string &response)
{
    // Through Cyrus SASL libetpan would need a plug-in package for each mechanism; one line is all there is to say.
    m_stream->setReadBudget(kSmallAnswer);
    const bool inOneLine = has("SASL-IR");
    if (mailimap_send_current_tag(m_imap) != MAILIMAP_NO_ERROR)
        return failure(*errorOf(MAILIMAP_ERROR_STREAM));
    TRIBUTARY_TRY(sendRaw("AUTHENTICATE " + mechanism + (inOneLine ? " " + response : "") + "\r\n"));
    bool isSaid = inOneLine;
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const std::string line, readRawLine());
        if (!line.starts_with('+'))
            break; // stays in libetpan's line buffer, to be parsed with what follows
        TRIBUTARY_TRY(sendRaw(isSaid ? std::string("\r\n") : response + "\r\n")); // empty: the error was read
        isSaid = true;
    }
    mailimap_response *parsed = nullptr;
    if (auto error = errorOf(mailimap_parse_response(m_imap, &parsed)))
        return failure(*error);
    Tagged answer = taggedOf(*parsed);
    mailimap_response_free(parsed);
    if (answer.code.empty()) // libetpan moves it there
        answer.code = lastCode(*m_imap);
    if (answer.ok) {
        m_imap->imap_state = MAILIMAP_STATE_AUTHENTICATED;
        return {};
    }
    return failure(MailError{isTemporary(answer.code, answer.text) ? Kind::Unreachable : Kind::Auth, oneLine(answer.text)});
}

} // namespace tributary::channels::email
