#include "core/channels/email/oauth.h"

#include "core/base/bytes.h"

#include <algorithm>
#include <curl/curl.h>
#include <memory>
#include <simdjson.h>

namespace tributary::channels::email {
namespace {

using Kind = MailError::Kind;
constexpr const char *kRefreshToken = "refresh_token";
constexpr std::size_t kMostAnswerBytes = 64 * 1024;

struct CloseCurl {
    void operator()(CURL *handle) const { curl_easy_cleanup(handle); }
};
using Curl = std::unique_ptr<CURL, CloseCurl>;

std::size_t keepAnswer(char *data, std::size_t, std::size_t size, void *to)
{
    auto &answer = *static_cast<std::string *>(to);
    if (answer.size() + size > kMostAnswerBytes)
        return 0; // ends the transfer
    answer.append(data, size);
    return size;
}

int endWhenStopped(void *stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
{
    return static_cast<const StopSignal *>(stop)->isRaised() ? 1 : 0;
}

std::string formEncoded(CURL *curl, const std::map<std::string, std::string> &fields)
{
    std::string form;
    for (const auto &[name, value] : fields) {
        char *escaped = curl_easy_escape(curl, value.data(), int(value.size()));
        form += (form.empty() ? "" : "&") + name + "=" + (escaped ? escaped : "");
        curl_free(escaped);
    }
    return form;
}

/// HTTPS, or HTTP to this very machine (a proxy for sign-in, a test).
bool mayCarrySecrets(const std::string &url)
{
    return url.starts_with("https://") || url.starts_with("http://127.0.0.1:") || url.starts_with("http://[::1]:");
}

/// One refresh at a time of a client of a service, whoever asks: a refresh token that is used twice is withdrawn with all
/// that came of it (RFC 6819, 5.2.2.3). Held until what came in its place is kept.
MailResult<std::unique_lock<std::timed_mutex>> turnOf(const std::string &client, const StopSignal &stop)
{
    static std::mutex all;
    static std::map<std::string, std::timed_mutex> turns; // as many as there are clients in the settings
    std::timed_mutex *turn = nullptr;
    {
        const std::lock_guard lock(all);
        turn = &turns[client];
    }
    constexpr std::chrono::milliseconds kLook{100};
    std::unique_lock held(*turn, std::defer_lock);
    while (!held.try_lock_for(kLook)) {
        if (stop.isRaised())
            return failure(MailError{Kind::Stopped, "stopping"});
    }
    return held;
}

std::string member(simdjson::dom::element json, const char *name)
{
    std::string_view value;
    return json[name].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

} // namespace

std::string plainResponse(const std::string &user, const std::string &password)
{
    return toBase64(bytesOf(std::string(1, '\0') + user + std::string(1, '\0') + password));
}

std::string xoauth2Response(const std::string &user, const std::string &accessToken)
{
    return toBase64(bytesOf("user=" + user + "\x01" + "auth=Bearer " + accessToken + "\x01\x01"));
}

MailResult<TokenAnswer> tokenAnswerOf(long status, const std::string &body)
{
    if (status >= 500 || status == 429)
        return failure(MailError{Kind::Unreachable, "the sign-in service answers " + std::to_string(status)});
    simdjson::dom::parser parser;
    simdjson::dom::element json;
    const bool isJson = parser.parse(body).get(json) == simdjson::SUCCESS;
    TokenAnswer answer;
    if (isJson)
        answer.accessToken = member(json, "access_token");
    if (status != 200 || answer.accessToken.empty())
        return failure(MailError{Kind::Auth, "the sign-in service refuses the refresh token ("
                                                 + (isJson ? oneLine(member(json, "error")) : std::to_string(status))
                                                 + ")"});
    answer.refreshToken = member(json, "refresh_token");
    constexpr std::int64_t kLongest = 365 * 86'400;
    if (std::int64_t seconds = 0; json["expires_in"].get(seconds) == simdjson::SUCCESS)
        answer.life = std::chrono::seconds(std::clamp(seconds, std::int64_t(0), kLongest));
    return answer;
}

TokenSource::TokenSource(const std::map<std::string, std::string> &secrets, DriverHost &host, const Clock &clock)
    : m_host(host)
    , m_clock(clock)
{
    const auto take = [&secrets](const char *name) {
        const auto found = secrets.find(name);
        return found == secrets.end() ? std::string() : found->second;
    };
    m_accessToken = take("access_token");
    m_refreshToken = take(kRefreshToken);
    m_clientId = take("client_id");
    m_clientSecret = take("client_secret");
    m_tokenUrl = take("token_url");
    m_canRefresh = !m_refreshToken.empty();
    m_isUsed = m_canRefresh || !m_accessToken.empty();
}

MailResult<std::string> TokenSource::token(const StopSignal &stop)
{
    const std::lock_guard lock(m_mutex);
    TRIBUTARY_TRY(keepRotated());
    const bool isOld = m_goodUntil.count() != 0 && m_clock.steady() >= m_goodUntil;
    if (canRefresh() && (m_accessToken.empty() || isOld))
        TRIBUTARY_TRY(refresh(stop));
    return m_accessToken;
}

void TokenSource::refuse(const std::string &token)
{
    const std::lock_guard lock(m_mutex);
    if (canRefresh() && token == m_accessToken) // not if the other thread has got a new one meanwhile
        m_accessToken.clear();
}

MailResult<void> TokenSource::keepRotated()
{
    if (m_rotated.empty())
        return {};
    if (!m_host.replaceSecret(kRefreshToken, m_refreshToken, m_rotated))
        return failure(MailError{Kind::Unreachable, "the hub cannot keep what it signs in with"});
    m_refreshToken = std::exchange(m_rotated, {});
    return {};
}

MailResult<void> TokenSource::refresh(const StopSignal &stop)
{
    TRIBUTARY_TRY_ASSIGN(const auto turn, turnOf(m_tokenUrl + ' ' + m_clientId, stop));
    if (const std::string kept = m_host.loadSecret(kRefreshToken); !kept.empty())
        m_refreshToken = kept; // a test of the account may have been given another
    if (!m_host.replaceSecret(kRefreshToken, m_refreshToken, m_refreshToken))
        return failure(MailError{Kind::Unreachable, "the hub cannot keep what it signs in with"});
    const Curl curl(curl_easy_init());
    if (!curl || !mayCarrySecrets(m_tokenUrl))
        return failure(MailError{Kind::Auth, "token_url has to begin with https://"});
    std::map<std::string, std::string> fields{
        {"grant_type", "refresh_token"}, {"refresh_token", m_refreshToken}, {"client_id", m_clientId}};
    if (!m_clientSecret.empty())
        fields["client_secret"] = m_clientSecret;
    const std::string form = formEncoded(curl.get(), fields);

    std::string answer;
    curl_easy_setopt(curl.get(), CURLOPT_URL, m_tokenUrl.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "https,http");
    curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
    // A look-up of a name server that is silent is left behind: whoever stops an account would wait for it, up to 40 s.
    curl_easy_setopt(curl.get(), CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, 10L);
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 30L);
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, long(form.size()));
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, form.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, keepAnswer);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, endWhenStopped);
    curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, &stop);
    const CURLcode code = curl_easy_perform(curl.get());
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return failure(MailError{Kind::Stopped, "stopping"});
    if (code != CURLE_OK)
        return failure(MailError{Kind::Unreachable,
                                 std::string("the sign-in service cannot be reached (") + curl_easy_strerror(code) + ")"});
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);

    TRIBUTARY_TRY_ASSIGN(TokenAnswer fresh, tokenAnswerOf(status, answer));
    m_accessToken = std::move(fresh.accessToken);
    if (!fresh.refreshToken.empty())
        m_rotated = fresh.refreshToken != m_refreshToken ? fresh.refreshToken : std::string();
    constexpr std::chrono::seconds kMargin{60}; // so that it does not run out between here and the mail server
    m_goodUntil = fresh.life > kMargin ? m_clock.steady() + (fresh.life - kMargin) : Milliseconds(0);
    return keepRotated();
}

} // namespace tributary::channels::email
