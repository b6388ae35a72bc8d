#include "core/hub/exchange/line_parser.h"

#include "core/hub/ingest.h"

#include <cmath>
#include <simdjson.h>
#include <unordered_map>

namespace tributary::hub::exchange {
namespace {

using namespace tributary::model;
namespace dom = simdjson::dom;
using Line = HistoryLine;

/// Until the end of the year 9999: what is outside is no time.
constexpr std::int64_t kLatestMs = 253'402'300'799'999;
constexpr std::size_t kMaxName = 4096;
constexpr std::size_t kMaxWholes = 2; ///< The whole text and the whole HTML.

tl::unexpected<Error> wrong(std::string_view field, std::string_view what)
{
    return failure(Error::Kind::Invalid, std::string(field) + " " + std::string(what));
}

Result<void> read(dom::element from, std::string_view field, std::string &into)
{
    std::string_view text;
    if (from.get_string().get(text) == simdjson::SUCCESS)
        into = text;
    else if (from.is_null())
        into.clear();
    else if (from.is_number() || from.is_bool()) // scripts write keys and numbers of orders unquoted
        into = simdjson::minify(from);
    else
        return wrong(field, "is not a text");
    return {};
}

Result<void> read(dom::element from, std::string_view field, std::int64_t &into)
{
    double number = 0;
    if (from.get_int64().get(into) == simdjson::SUCCESS)
        return {};
    if (from.get_double().get(number) != simdjson::SUCCESS || number != std::floor(number) || std::abs(number) > 1e15)
        return wrong(field, "is not a whole number");
    into = std::int64_t(number);
    return {};
}

Result<void> read(dom::element from, std::string_view field, bool &into)
{
    if (from.is_null())
        into = false;
    else if (from.get_bool().get(into) != simdjson::SUCCESS)
        return wrong(field, "is neither true nor false");
    return {};
}

Result<void> read(dom::element from, std::string_view field, TimePoint &into)
{
    std::int64_t ms = 0;
    TRIBUTARY_TRY(read(from, field, ms));
    if (ms < 0 || ms > kLatestMs)
        return wrong(field, "is outside the years 1970 to 9999");
    into = fromMs(ms);
    return {};
}

template<Named Enum>
Result<void> read(dom::element from, std::string_view field, Enum &into)
{
    std::string_view text;
    if (from.get_string().get(text) != simdjson::SUCCESS)
        return wrong(field, "is not a text");
    const auto value = fromName<Enum>(text);
    if (!value)
        return wrong(field, "is none of those that are known");
    into = *value;
    return {};
}

template<class T>
Result<void> read(dom::element from, std::string_view field, std::vector<T> &into);

Result<void> read(dom::element from, std::string_view field, std::map<std::string, std::string> &into)
{
    dom::object object;
    if (from.is_null())
        return {};
    if (from.get_object().get(object) != simdjson::SUCCESS)
        return wrong(field, "is not an object");
    for (const auto [key, value] : object)
        TRIBUTARY_TRY(read(value, field, into[std::string(key)]));
    return {};
}

Result<void> read(dom::element from, std::string_view field, HistoryAttachment &into)
{
    dom::object object;
    if (from.get_object().get(object) != simdjson::SUCCESS)
        return wrong(field, "is not a list of objects");
    for (const auto [key, value] : object) {
        if (key == "name")
            TRIBUTARY_TRY(read(value, "attachments.name", into.name));
        else if (key == "media_type")
            TRIBUTARY_TRY(read(value, "attachments.media_type", into.mediaType));
        else if (key == "path")
            TRIBUTARY_TRY(read(value, "attachments.path", into.path));
        else if (key == "sha256")
            TRIBUTARY_TRY(read(value, "attachments.sha256", into.sha256));
        else if (key == "content_id")
            TRIBUTARY_TRY(read(value, "attachments.content_id", into.contentId));
        else if (key == "inline")
            TRIBUTARY_TRY(read(value, "attachments.inline", into.isInline));
        else if (key == "size")
            TRIBUTARY_TRY(read(value, "attachments.size", into.sizeBytes));
        else if (key == "data_base64") {
            TRIBUTARY_TRY(read(value, "attachments.data_base64", into.dataBase64));
            into.hasData = true;
        }
    }
    return {};
}

Result<void> read(dom::element from, std::string_view field, HistoryIdentity &into)
{
    dom::object object;
    if (from.get_object().get(object) != simdjson::SUCCESS)
        return wrong(field, "is not a list of objects");
    bool hasChannel = false;
    for (const auto [key, value] : object) {
        if (key == "channel") {
            TRIBUTARY_TRY(read(value, "identities.channel", into.channel));
            hasChannel = true;
        } else if (key == "address")
            TRIBUTARY_TRY(read(value, "identities.address", into.address));
        else if (key == "account")
            TRIBUTARY_TRY(read(value, "identities.account", into.account));
        else if (key == "name")
            TRIBUTARY_TRY(read(value, "identities.name", into.name));
        else if (key == "problem")
            TRIBUTARY_TRY(read(value, "identities.problem", into.problem));
        else if (key == "verified")
            TRIBUTARY_TRY(read(value, "identities.verified", into.verified));
    }
    return hasChannel && !into.address.empty() ? Result<void>() : wrong(field, "needs a channel and an address");
}

Result<void> read(dom::element from, std::string_view field, HistoryConsent &into)
{
    dom::object object;
    if (from.get_object().get(object) != simdjson::SUCCESS)
        return wrong(field, "is not a list of objects");
    bool hasChannel = false, hasPurpose = false;
    for (const auto [key, value] : object) {
        if (key == "channel") {
            TRIBUTARY_TRY(read(value, "consents.channel", into.channel));
            hasChannel = true;
        } else if (key == "purpose") {
            TRIBUTARY_TRY(read(value, "consents.purpose", into.purpose));
            hasPurpose = true;
        } else if (key == "granted")
            TRIBUTARY_TRY(read(value, "consents.granted", into.granted));
        else if (key == "source")
            TRIBUTARY_TRY(read(value, "consents.source", into.source));
        else if (key == "author")
            TRIBUTARY_TRY(read(value, "consents.author", into.author));
        else if (key == "at_ms")
            TRIBUTARY_TRY(read(value, "consents.at_ms", into.at.emplace()));
    }
    return hasChannel && hasPurpose ? Result<void>() : wrong(field, "needs a channel and a purpose");
}

template<class T>
Result<void> read(dom::element from, std::string_view field, std::vector<T> &into)
{
    dom::array array;
    if (from.is_null())
        return {};
    if (from.get_array().get(array) != simdjson::SUCCESS)
        return wrong(field, "is not a list");
    for (const dom::element element : array)
        TRIBUTARY_TRY(read(element, field, into.emplace_back()));
    return {};
}

template<class T>
Result<void> read(dom::element from, std::string_view field, std::optional<T> &into)
{
    if (from.is_null() && !std::is_same_v<T, std::string>)
        return {};
    return read(from, field, into.emplace());
}

/// No more of them than a message may have: each may be a large file beside. What did not fit into a row (kWholeText) stands
/// in exports as files more.
Result<void> readFiles(dom::element from, std::vector<HistoryAttachment> &into)
{
    dom::array array;
    if (from.is_null())
        return {};
    if (from.get_array().get(array) != simdjson::SUCCESS)
        return wrong("attachments", "is not a list");
    std::size_t files = 0, wholes = 0;
    for (const dom::element element : array) {
        HistoryAttachment &file = into.emplace_back();
        TRIBUTARY_TRY(read(element, "attachments", file));
        const bool isWhole = (file.name == kWholeText || file.name == kWholeHtml) && ++wholes <= kMaxWholes;
        if (!isWhole && ++files > kMaxAttachments)
            return wrong("attachments", "has more than " + std::to_string(kMaxAttachments) + " files");
    }
    return {};
}

/// `[{"emoji": "❤️", "by": "customer"}]`, or a list of the emoji alone.
Result<void> readReactions(dom::element from, std::string &into)
{
    dom::array array;
    if (from.is_null())
        return {};
    if (from.get_array().get(array) != simdjson::SUCCESS)
        return wrong("reactions", "is not a list");
    for (const dom::element element : array) {
        std::string emoji, by;
        dom::element part;
        if (element.is_object()) {
            if (element["emoji"].get(part) == simdjson::SUCCESS)
                TRIBUTARY_TRY(read(part, "reactions.emoji", emoji));
            if (element["by"].get(part) == simdjson::SUCCESS)
                TRIBUTARY_TRY(read(part, "reactions.by", by));
        } else {
            TRIBUTARY_TRY(read(element, "reactions", emoji));
        }
        into += (into.empty() ? "" : ";") + emoji + (by.empty() ? "" : " " + by);
    }
    return {};
}

using Reader = Result<void> (*)(dom::element, Line &);

template<auto Member>
struct Into {
    // The field's name is known where the table is walked; errors are given it there.
    static Result<void> call(dom::element from, Line &line) { return read(from, std::string_view(), line.*Member); }
};

const std::unordered_map<std::string_view, Reader> kFields{
    {"type", Into<&Line::type>::call},
    {"source", Into<&Line::source>::call},
    {"message_id", Into<&Line::messageId>::call},
    {"customer_handle", Into<&Line::customerHandle>::call},
    {"customer_shown", Into<&Line::customerShown>::call},
    {"customer_name", Into<&Line::customerName>::call},
    {"customer_key", Into<&Line::customerKey>::call},
    {"other_customer_key", Into<&Line::otherCustomerKey>::call},
    {"channel", Into<&Line::channel>::call},
    {"account", Into<&Line::account>::call},
    {"conversation_key", Into<&Line::conversationKey>::call},
    {"direction", Into<&Line::direction>::call},
    {"author", Into<&Line::author>::call},
    {"author_name", Into<&Line::authorName>::call},
    {"at_ms", Into<&Line::at>::call},
    {"subject", Into<&Line::subject>::call},
    {"conversation_subject", Into<&Line::conversationSubject>::call},
    {"body", Into<&Line::body>::call},
    {"html", Into<&Line::html>::call},
    {"attachments", [](dom::element from, Line &line) { return readFiles(from, line.attachments); }},
    {"status", Into<&Line::status>::call},
    {"snoozed_until_ms", Into<&Line::snoozedUntil>::call},
    {"resolved_at_ms", Into<&Line::resolvedAt>::call},
    {"assignee", Into<&Line::assignee>::call},
    {"team", Into<&Line::team>::call},
    {"tags", Into<&Line::tags>::call},
    {"priority", Into<&Line::priority>::call},
    {"delivery", Into<&Line::delivery>::call},
    {"delivery_problem", Into<&Line::deliveryProblem>::call},
    {"delivery_problem_text", Into<&Line::deliveryProblemText>::call},
    {"in_reply_to", Into<&Line::inReplyTo>::call},
    {"reactions", [](dom::element from, Line &line) { return readReactions(from, line.reactions); }},
    {"edited_at_ms", Into<&Line::editedAt>::call},
    {"deleted", Into<&Line::deleted>::call},
    {"automatic", Into<&Line::automatic>::call},
    {"details", Into<&Line::details>::call},
    {"name", Into<&Line::name>::call},
    {"email", Into<&Line::email>::call},
    {"address", Into<&Line::address>::call},
    {"language", Into<&Line::language>::call},
    {"note", Into<&Line::note>::call},
    {"attributes", Into<&Line::attributes>::call},
    {"identities", Into<&Line::identities>::call},
    {"consents", Into<&Line::consents>::call},
    {"blocked", Into<&Line::blocked>::call},
    {"active", Into<&Line::active>::call},
    {"teams", Into<&Line::teams>::call},
    {"role", Into<&Line::role>::call},
    {"reason", Into<&Line::reason>::call},
    {"evidence", Into<&Line::evidence>::call},
    {"state", Into<&Line::state>::call},
    {"ended_at_ms", Into<&Line::endedAt>::call},
    {"ended_by", Into<&Line::endedBy>::call},
    {"sha256", Into<&Line::sha256>::call},
    {"data_base64", Into<&Line::dataBase64>::call},
    {"offset", Into<&Line::offset>::call},
    {"size", Into<&Line::sizeBytes>::call},
};

/// What these words say on lines of other types is not ours: other systems use them, too.
constexpr std::pair<std::string_view, Line::Type> kOnlyOf[]{{"consents", Line::Type::Customer},
                                                            {"active", Line::Type::Agent},
                                                            {"state", Line::Type::Suggestion},
                                                            {"ended_by", Line::Type::Link}};

bool isFieldOf(std::string_view key, Line::Type type)
{
    for (const auto &[name, only] : kOnlyOf) {
        if (name == key)
            return only == type;
    }
    return true;
}

Line::Type typeOf(dom::object object)
{
    std::string_view name;
    if (object["type"].get_string().get(name) != simdjson::SUCCESS)
        return Line::Type::Message;
    return fromName<Line::Type>(name).value_or(Line::Type::Message);
}

bool isItem(Line::Type type)
{
    return type <= Line::Type::Event;
}

Result<void> need(bool there, std::string_view field)
{
    return there ? Result<void>() : wrong(field, "is missing");
}

Result<void> check(const Line &line)
{
    using Type = Line::Type;
    for (const std::string *name : {&line.source, &line.messageId, &line.customerHandle, &line.customerKey, &line.account,
                                    &line.conversationKey, &line.otherCustomerKey, &line.customerName, &line.author}) {
        if (name->size() > kMaxName)
            return failure(Error::Kind::Invalid, "an id or name is longer than 4096 bytes");
    }
    if (isItem(line.type)) {
        TRIBUTARY_TRY(need(!line.messageId.empty(), "message_id"));
        TRIBUTARY_TRY(need(!line.customerHandle.empty(), "customer_handle"));
        TRIBUTARY_TRY(need(line.channel.has_value(), "channel"));
        TRIBUTARY_TRY(need(line.at.has_value(), "at_ms"));
    }
    switch (line.type) {
    case Type::Message:
        TRIBUTARY_TRY(need(line.direction.has_value(), "direction"));
        return need(line.body.has_value(), "body");
    case Type::Customer: return need(!line.customerKey.empty(), "customer_key");
    case Type::Agent: return need(line.email.find('@') != std::string::npos, "email");
    case Type::Team: return need(!line.name.empty(), "name");
    case Type::Account:
        TRIBUTARY_TRY(need(line.channel.has_value(), "channel"));
        return need(!line.name.empty() || !line.address.empty(), "name");
    case Type::Suggestion:
    case Type::Link:
        TRIBUTARY_TRY(need(!line.customerKey.empty(), "customer_key"));
        return need(!line.otherCustomerKey.empty(), "other_customer_key");
    case Type::File:
        TRIBUTARY_TRY(need(!line.sha256.empty(), "sha256"));
        return need(!line.dataBase64.empty(), "data_base64");
    case Type::Reference: return need(line.at.has_value(), "at_ms");
    default: return {};
    }
}

std::string withKey(std::string_view key, dom::element value)
{
    // simdjson escapes as it prints: a key is printed as a text like any other.
    std::ostringstream quoted;
    quoted << '"';
    for (const char c : key) {
        if (c == '"' || c == '\\')
            quoted << '\\' << c;
        else if (static_cast<unsigned char>(c) < 0x20)
            quoted << "\\u00"
                   << "0123456789abcdef"[c >> 4 & 15] << "0123456789abcdef"[c & 15];
        else
            quoted << c;
    }
    quoted << "\":" << simdjson::minify(value);
    return quoted.str();
}

} // namespace

struct LineParser::State {
    dom::parser parser;
};

LineParser::LineParser()
    : m_state(std::make_unique<State>())
{
}
LineParser::~LineParser() = default;

Result<HistoryLine> LineParser::parse(std::string_view text)
{
    static_assert(kLinePadding >= simdjson::SIMDJSON_PADDING);
    dom::element root;
    dom::object object;
    if (const auto error = m_state->parser.parse(text.data(), text.size(), false).get(root); error != simdjson::SUCCESS)
        return failure(Error::Kind::Invalid, std::string("it is not JSON: ") + simdjson::error_message(error));
    if (root.get_object().get(object) != simdjson::SUCCESS)
        return failure(Error::Kind::Invalid, "it is not a JSON object");
    HistoryLine line;
    std::string unknown;
    const Line::Type type = typeOf(object);
    for (const auto [key, value] : object) {
        const auto reader = kFields.find(key);
        if (reader == kFields.end() || !isFieldOf(key, type)) {
            unknown += (unknown.empty() ? "" : ",") + withKey(key, value);
            continue;
        }
        if (Result<void> good = reader->second(value, line); !good) {
            Error error = std::move(good).error();
            if (error.detail.starts_with(' '))
                error.detail.insert(0, key);
            return failure(std::move(error));
        }
    }
    TRIBUTARY_TRY(check(line));
    if (!unknown.empty())
        line.unknown = "{" + unknown + "}";
    return line;
}

} // namespace tributary::hub::exchange
