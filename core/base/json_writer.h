#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace tributary {

/// Writes JSON (RFC 8259) that is also safe inside HTML and script: `<`, `>`, `&`, U+2028 and U+2029 are escaped, bytes that
/// are not UTF-8 become U+FFFD. The caller keeps objects and arrays balanced; commas are put where they belong.
class JsonWriter {
public:
    JsonWriter &beginObject();
    JsonWriter &endObject();
    JsonWriter &beginArray();
    JsonWriter &endArray();
    JsonWriter &key(std::string_view name);

    JsonWriter &value(std::string_view text);
    JsonWriter &value(const char *text) { return value(std::string_view(text)); }
    JsonWriter &value(const std::string &text) { return value(std::string_view(text)); }
    JsonWriter &value(bool truth);
    template<class Integer>
    requires std::is_integral_v<Integer> JsonWriter &value(Integer number) { return raw(std::to_string(number)); }

    template<class Value>
    JsonWriter &field(std::string_view name, const Value &of)
    {
        return key(name).value(of);
    }

    const std::string &text() const { return m_text; }
    std::string take() { return std::move(m_text); }

private:
    JsonWriter &raw(std::string_view literal);
    void separate();
    void writeString(std::string_view text);

    std::string m_text;
    bool m_needsComma = false;
};

} // namespace tributary
