#pragma once

#include "core/base/result.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tributary::hub::admin {

/// A command line taken apart: words, `--name value` options, and flags without a value.
class Arguments {
public:
    /// @p flags are the options that take no value. Invalid: an option without its value.
    static Result<Arguments> parse(const std::vector<std::string> &arguments, const std::vector<std::string> &flags);

    const std::vector<std::string> &words() const { return m_words; }
    /// The @p index-th word, or empty.
    std::string word(std::size_t index) const { return index < m_words.size() ? m_words[index] : std::string(); }
    bool has(const std::string &name) const { return m_options.contains(name); }
    std::string value(const std::string &name, const std::string &otherwise = {}) const;
    /// Every value of an option that may be given more than once, split at the first `=`. Invalid: one without `=`.
    Result<std::map<std::string, std::string>> pairs(const std::string &name) const;
    /// The first option that is not one of @p known.
    std::optional<std::string> unknown(const std::vector<std::string> &known) const;

private:
    std::vector<std::string> m_words;
    std::multimap<std::string, std::string> m_options;
};

} // namespace tributary::hub::admin
