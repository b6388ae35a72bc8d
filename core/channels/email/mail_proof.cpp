#include "core/channels/email/mail_proof.h"

#include "core/text/email_address.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>
#include <map>

namespace tributary::channels::email {
namespace {

/// One `method=result` with its properties, all in lower case.
struct Finding {
    std::string method, result;
    std::map<std::string, std::string> properties; ///< One that stands twice is empty: which of them is meant?
};

/// One Authentication-Results header.
struct Findings {
    std::string by; ///< Who says so; empty: it gives no name, as Microsoft's does not.
    std::vector<Finding> all;
};

/// Parts @p value at its semicolons, and each part at its blanks. Comments are left out; what stands in quotes is the
/// sender's, and can neither part anything nor look like a result. What is never closed goes on to the end.
std::vector<std::vector<std::string>> wordsOf(std::string_view value)
{
    std::vector<std::vector<std::string>> parts(1);
    std::string word;
    const auto endWord = [&] {
        if (!word.empty())
            parts.back().push_back(std::move(word));
        word.clear();
    };
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if (c == '\\' && (quoted || depth > 0)) {
            ++i;
            word += quoted ? "?" : "";
        } else if (quoted) {
            quoted = c != '"';
            if (quoted)
                word += std::string_view("=;@ \t").find(c) == std::string_view::npos ? c : '?';
        } else if (c == '(' || (c == ')' && depth > 0)) {
            depth += c == '(' ? 1 : -1;
        } else if (depth > 0) {
            continue;
        } else if (c == '"') {
            quoted = true;
        } else if (c == ';') {
            endWord();
            parts.emplace_back();
        } else if (c == ' ' || c == '\t') {
            endWord();
        } else {
            word += c;
        }
    }
    endWord();
    return parts;
}

/// `dmarc = pass` as one word.
std::vector<std::string> withoutBlanks(std::vector<std::string> words)
{
    std::vector<std::string> out;
    for (std::string &word : words) {
        if (!out.empty() && (word.starts_with('=') || out.back().ends_with('=')))
            out.back() += word;
        else
            out.push_back(std::move(word));
    }
    return out;
}

Finding findingIn(const std::vector<std::string> &words)
{
    Finding finding;
    for (const std::string &word : words) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos)
            continue;
        std::string name = word.substr(0, equals), value = word.substr(equals + 1);
        if (&word == &words.front()) {
            finding.method = name.substr(0, name.find('/')); // and its version
            finding.result = std::move(value);
        } else if (const auto [at, isNew] = finding.properties.emplace(std::move(name), std::move(value)); !isNew) {
            at->second.clear();
        }
    }
    return finding;
}

Findings findingsIn(std::string_view value)
{
    Findings findings;
    bool isFirst = true;
    for (std::vector<std::string> &part : wordsOf(text::asciiLower(value))) {
        const std::vector<std::string> words = withoutBlanks(std::move(part));
        const bool namesItself = isFirst && !words.empty() && words.front().find('=') == std::string::npos;
        isFirst = false;
        if (namesItself)
            findings.by = words.front();
        else if (!words.empty())
            findings.all.push_back(findingIn(words));
    }
    return findings;
}

bool isAtOrBelow(std::string_view host, std::string_view domain)
{
    if (host == domain)
        return !host.empty();
    return domain.find('.') != std::string_view::npos && host.size() > domain.size() && host.ends_with(domain)
           && host[host.size() - domain.size() - 1] == '.';
}

/// The domain of an address, or of a domain alone, as From has it.
std::string domainOf(std::string_view value)
{
    const std::size_t at = value.rfind('@');
    const std::string_view domain = at == std::string_view::npos ? value : value.substr(at + 1);
    const std::string address = text::normaliseAddress("x@" + std::string(domain));
    return address.empty() ? address : address.substr(2);
}

/// Whether one of those properties names the domain of From, or one above it. One below does not count: who may speak for
/// whom there takes a list of all public suffixes.
bool isFor(const Finding &finding, const std::string &from, std::initializer_list<const char *> properties)
{
    return std::ranges::any_of(properties, [&](const char *property) {
        const auto found = finding.properties.find(property);
        return found != finding.properties.end() && isAtOrBelow(from, domainOf(found->second));
    });
}

/// What our own server says, of one mail passing through it: headers one after another, as different programs add them.
std::vector<Finding> ownFindings(const ParsedMail &mail, const ReceivingServer &server)
{
    std::vector<Finding> own;
    bool isAboveReceived = true, hasBegun = false;
    for (const ParsedMail::Header &header : mail.headers) {
        if (header.name == "received") {
            if (hasBegun)
                break;
            isAboveReceived = false;
        }
        if (header.name != "authentication-results")
            continue;
        Findings findings = findingsIn(header.value);
        const bool isInDomain =
            std::ranges::any_of(server.domains, [&](const std::string &domain) { return isAtOrBelow(findings.by, domain); });
        const bool isNamed = std::ranges::find(server.ids, findings.by) != server.ids.end();
        if (!isNamed && !(isAboveReceived && isInDomain))
            continue;
        hasBegun = true;
        std::ranges::move(findings.all, std::back_inserter(own));
    }
    return own;
}

bool isSaid(const std::vector<Finding> &findings, std::string_view method, std::string_view result)
{
    return std::ranges::any_of(findings,
                               [&](const Finding &finding) { return finding.method == method && finding.result == result; });
}

} // namespace

ReceivingServer receivingServer(const std::string &imapHost, const std::vector<std::string> &ownAddresses,
                                const std::vector<std::string> &named)
{
    ReceivingServer server;
    const std::string host = text::asciiLower(imapHost);
    server.domains.push_back(host);
    if (const std::size_t dot = host.find('.'); dot != std::string::npos) // its neighbours: imap.a.example and mx.a.example
        server.domains.push_back(host.substr(dot + 1));
    for (const std::string &address : ownAddresses)
        server.domains.push_back(domainOf(address));
    std::erase_if(server.domains, [](const std::string &domain) { return domain.find('.') == std::string::npos; });
    for (const std::string &name : named)
        server.ids.push_back(text::asciiLower(name));
    // Those write below their own Received, and take out what others have written in their name.
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> known{
        {{"imap.gmail.com", "mx.google.com"},
         {"imap.googlemail.com", "mx.google.com"},
         {"imap-mail.outlook.com", ""},
         {"outlook.office365.com", ""}}};
    for (const auto &[at, id] : known) {
        if (host == at)
            server.ids.emplace_back(id);
    }
    return server;
}

SenderProof senderProof(const ParsedMail &mail, const ReceivingServer &server)
{
    const std::vector<Finding> own = ownFindings(mail, server);
    const auto top = std::ranges::find(mail.headers, "authentication-results", &ParsedMail::Header::name);
    if (isSaid(own, "dmarc", "fail") || (top != mail.headers.end() && isSaid(findingsIn(top->value).all, "dmarc", "fail")))
        return SenderProof::Failed;
    // With two, the server may have looked at another than we show (RFC 7489, 6.6.1).
    if (mail.from.size() != 1 || std::ranges::count(mail.headers, "from", &ParsedMail::Header::name) != 1)
        return SenderProof::Unknown;
    const std::string &address = mail.from.front().address;
    if (address.find('@') == std::string::npos)
        return SenderProof::Unknown;
    const std::string from = domainOf(address);
    const auto passes = [&](const Finding &finding) {
        if (finding.result != "pass")
            return false;
        if (finding.method == "dmarc")
            return !finding.properties.contains("header.from") || isFor(finding, from, {"header.from"});
        return (finding.method == "dkim" && isFor(finding, from, {"header.d", "header.i"}))
               || (finding.method == "spf" && isFor(finding, from, {"smtp.mailfrom", "smtp.mail"}));
    };
    if (std::ranges::any_of(own, passes))
        return SenderProof::Proven;
    const bool isRefused = std::ranges::any_of(own, [&](const Finding &finding) {
        return finding.method == "spf" && finding.result == "fail" && isFor(finding, from, {"smtp.mailfrom", "smtp.mail"});
    });
    const bool looksAtDmarc = std::ranges::any_of(
        own, [](const Finding &finding) { return finding.method == "dmarc" && finding.result != "none"; });
    return isRefused && !looksAtDmarc ? SenderProof::Failed : SenderProof::Unknown;
}

} // namespace tributary::channels::email
