#include "core/channels/webchat/json_reader.h"

#include <simdjson.h>

namespace tributary::channels::webchat {

namespace {

constexpr std::size_t kMostFields = 64;
constexpr std::size_t kMostDepth = 4; // one object, one list inside, and room for the parser's own root

std::optional<unsigned> escapedUnit(std::string_view json, std::size_t at)
{
    if (at + 6 > json.size() || json[at] != '\\' || json[at + 1] != 'u')
        return std::nullopt;
    unsigned unit = 0;
    for (const char c : json.substr(at + 2, 4)) {
        const int digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
        if (digit < 0)
            return std::nullopt;
        unit = unit * 16 + unsigned(digit);
    }
    return unit;
}

/// Replaces escapes of half surrogates; the parser would refuse the whole text for one.
std::string withoutHalfSurrogates(std::string_view json)
{
    std::string out(json);
    for (std::size_t at = 0; at + 1 < out.size();) {
        if (out[at] != '\\') {
            ++at;
            continue;
        }
        const auto unit = escapedUnit(out, at);
        if (!unit) {
            at += 2; // the escaped character, which may be another backslash
            continue;
        }
        const bool isHigh = *unit >= 0xD800 && *unit <= 0xDBFF;
        const bool isLow = *unit >= 0xDC00 && *unit <= 0xDFFF;
        if (isHigh) {
            const auto next = escapedUnit(out, at + 6);
            if (next && *next >= 0xDC00 && *next <= 0xDFFF) {
                at += 12;
                continue;
            }
        }
        if (isHigh || isLow)
            out.replace(at, 6, "\\ufffd");
        at += 6;
    }
    return out;
}

std::optional<JsonFields::Value> readValue(simdjson::dom::element element)
{
    using simdjson::dom::element_type;
    switch (element.type()) {
    case element_type::STRING: return std::string(std::string_view(element));
    case element_type::BOOL: return bool(element);
    case element_type::INT64: return std::int64_t(element);
    case element_type::DOUBLE: { // JSON.stringify writes large whole numbers this way
        const double number = element;
        if (number < -9e15 || number > 9e15)
            return std::nullopt;
        return std::int64_t(number);
    }
    case element_type::ARRAY: {
        std::vector<std::string> list;
        for (const simdjson::dom::element entry : simdjson::dom::array(element)) {
            if (!entry.is_string() || list.size() >= kMostFields)
                return std::nullopt;
            list.emplace_back(std::string_view(entry));
        }
        return list;
    }
    default: return std::nullopt;
    }
}

} // namespace

Result<JsonFields> JsonFields::read(std::string_view json)
{
    simdjson::dom::parser parser;
    if (parser.allocate(std::max<std::size_t>(json.size() + 1, 64), kMostDepth) != simdjson::SUCCESS)
        return failure(Error::Kind::TooLarge, "JSON too large");
    const simdjson::padded_string padded{withoutHalfSurrogates(json)};
    simdjson::dom::object object;
    try {
        if (parser.parse(padded).get(object) != simdjson::SUCCESS)
            return failure(Error::Kind::Invalid, "not a JSON object");
        JsonFields fields;
        for (const auto [key, element] : object) {
            if (fields.m_values.size() >= kMostFields)
                return failure(Error::Kind::Invalid, "too many fields");
            if (element.is_null())
                continue;
            auto value = readValue(element);
            if (!value)
                return failure(Error::Kind::Invalid, "a field is of no expected type");
            if (!fields.m_values.emplace(std::string(key), std::move(*value)).second)
                return failure(Error::Kind::Invalid, "a field stands twice");
        }
        return fields;
    } catch (const simdjson::simdjson_error &) {
        return failure(Error::Kind::Invalid, "not a JSON object");
    }
}

} // namespace tributary::channels::webchat
