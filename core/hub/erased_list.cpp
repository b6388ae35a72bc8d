#include "core/hub/erased_list.h"

#include "core/store/files.h"

#include <algorithm>
#include <sstream>

namespace tributary::hub {
namespace {

namespace fs = std::filesystem;
using model::CustomerId;

constexpr std::size_t kMostListed = 64 << 20;
constexpr const char *kUnfinished = "unfinished";

fs::path listIn(const fs::path &folder)
{
    return folder / "hub.erased";
}

constexpr std::string_view kFile = "file ", kAddresses = "addresses ";

struct Erased {
    TimePoint at;
    std::vector<CustomerId> ids;
};

/// Of `MS ID...`; nothing: it is another line.
std::optional<Erased> erasedIn(const std::string &line)
{
    std::istringstream words(line);
    std::int64_t ms = 0;
    if (!(words >> ms))
        return std::nullopt;
    Erased erased{.at = fromMs(ms)};
    for (std::string word; words >> word;) {
        if (const auto id = CustomerId::fromText(word))
            erased.ids.push_back(*id);
    }
    return erased.ids.empty() ? std::nullopt : std::optional(std::move(erased));
}

std::string lineOf(const Erased &erased)
{
    std::string line = std::to_string(toMs(erased.at));
    for (const CustomerId &id : erased.ids)
        line += " " + id.text();
    return line;
}

std::string lineOf(const std::string &sha256)
{
    return std::string(kFile) + sha256;
}

} // namespace

Result<ErasedList> ErasedList::read(const fs::path &folder)
{
    ErasedList list;
    const auto content = store::readFile(listIn(folder), kMostListed);
    if (!content && content.error().kind != Error::Kind::NotFound)
        return failure(content.error()); // taken for an empty one, it would be written over
    if (!content)
        return list;
    std::istringstream lines{std::string(textOf(*content))};
    for (std::string line; std::getline(lines, line);) {
        if (line == kUnfinished)
            list.unfinished = true;
        else
            list.m_lines.push_back(std::move(line));
    }
    return list;
}

Result<void> ErasedList::write(const fs::path &folder) const
{
    std::string text;
    for (const std::string &line : m_lines)
        text += line + "\n";
    if (unfinished)
        text += std::string(kUnfinished) + "\n";
    return store::replaceFile(listIn(folder), bytesOf(text));
}

std::vector<ErasedPerson> ErasedList::persons() const
{
    std::vector<ErasedPerson> persons;
    for (const std::string &line : m_lines) {
        if (auto erased = erasedIn(line))
            persons.push_back({.at = erased->at, .members = std::move(erased->ids)});
    }
    return persons;
}

std::unordered_map<CustomerId, TimePoint> ErasedList::whenErased() const
{
    std::unordered_map<CustomerId, TimePoint> when;
    for (const std::string &line : m_lines) {
        const bool isOfAddresses = line.starts_with(kAddresses);
        const auto erased = erasedIn(isOfAddresses ? line.substr(kAddresses.size()) : line);
        for (const CustomerId &id : erased ? erased->ids : std::vector<CustomerId>()) {
            TimePoint &last = when[id];
            last = std::max(last, erased->at);
        }
    }
    return when;
}

void ErasedList::add(const ErasedPerson &person)
{
    m_lines.push_back(lineOf({person.at, person.members}));
    if (!person.bornAs.empty())
        m_lines.push_back(std::string(kAddresses) + lineOf({person.at, person.bornAs}));
}

std::set<std::string> ErasedList::files() const
{
    std::set<std::string> files;
    for (const std::string &line : m_lines) {
        if (line.starts_with(kFile))
            files.insert(line.substr(kFile.size()));
    }
    return files;
}

void ErasedList::addFile(const std::string &sha256)
{
    if (std::ranges::find(m_lines, lineOf(sha256)) == m_lines.end())
        m_lines.push_back(lineOf(sha256));
}

void ErasedList::removeFile(const std::string &sha256)
{
    std::erase(m_lines, lineOf(sha256));
}

} // namespace tributary::hub
