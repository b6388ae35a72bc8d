#include "core/hub/exchange/sealed_values.h"

#include "core/base/digest.h"
#include "core/base/seal.h"

namespace tributary::hub::exchange {
namespace {

enum class Kind : std::uint8_t { Null, Integer, Text, Blob };

void addNumber(Bytes &bytes, std::uint64_t number, int size)
{
    for (int i = 0; i < size; ++i)
        bytes.push_back(std::byte(number >> (8 * i)));
}

/// Takes pieces from the front; what is not there is nothing.
class Taking {
public:
    explicit Taking(ByteView bytes)
        : m_rest(bytes)
    {
    }
    bool atEnd() const { return m_rest.empty(); }
    std::optional<ByteView> bytes(std::size_t size)
    {
        if (size > m_rest.size())
            return std::nullopt;
        const ByteView taken = m_rest.first(size);
        m_rest = m_rest.subspan(size);
        return taken;
    }
    std::optional<std::uint64_t> number(int size)
    {
        const auto taken = bytes(std::size_t(size));
        if (!taken)
            return std::nullopt;
        std::uint64_t number = 0;
        for (int i = size - 1; i >= 0; --i)
            number = number << 8 | std::uint64_t((*taken)[std::size_t(i)]);
        return number;
    }

private:
    ByteView m_rest;
};

Bytes encoded(const Cells &cells)
{
    Bytes bytes;
    const auto add = [&](std::size_t place, Kind kind, ByteView content) {
        addNumber(bytes, place, 1);
        addNumber(bytes, std::uint64_t(kind), 1);
        addNumber(bytes, content.size(), 4);
        bytes.insert(bytes.end(), content.begin(), content.end());
    };
    for (const auto &[place, cell] : cells) {
        if (const auto *number = std::get_if<std::int64_t>(&cell)) {
            Bytes content;
            addNumber(content, std::uint64_t(*number), 8);
            add(place, Kind::Integer, content);
        } else if (const auto *text = std::get_if<std::string>(&cell)) {
            add(place, Kind::Text, bytesOf(*text));
        } else if (const auto *blob = std::get_if<Bytes>(&cell)) {
            add(place, Kind::Blob, *blob);
        } else {
            add(place, Kind::Null, {});
        }
    }
    return bytes;
}

std::optional<Cells> decoded(ByteView bytes)
{
    Cells cells;
    for (Taking rest(bytes); !rest.atEnd();) {
        const auto place = rest.number(1), kind = rest.number(1), size = rest.number(4);
        const auto content = size ? rest.bytes(*size) : std::nullopt;
        if (!content)
            return std::nullopt;
        Cell &cell = cells[*place];
        switch (Kind(*kind)) {
        case Kind::Null: break;
        case Kind::Integer: cell = std::int64_t(Taking(*content).number(8).value_or(0)); break;
        case Kind::Text: cell = std::string(textOf(*content)); break;
        case Kind::Blob: cell = copyOf(*content); break;
        default: return std::nullopt;
        }
    }
    return cells;
}

/// One's own key, or one that nobody has who lacks any of several. Nothing: one of them is gone.
std::optional<PeopleKeys::Key> keyOf(const Needed &needed, const PeopleKeys &keys)
{
    if (needed.size() == 1) {
        const PeopleKeys::Key *key = keys.key(*needed.begin());
        return key ? std::optional(*key) : std::nullopt;
    }
    Bytes all;
    for (const PeopleKeys::Number number : needed) {
        const PeopleKeys::Key *key = keys.key(number);
        if (!key)
            return std::nullopt;
        all.insert(all.end(), key->begin(), key->end());
    }
    return hmacSha256(bytesOf("tributary keys of several"), all);
}

Bytes aboutPart(const SealedPlace &place, std::size_t part)
{
    Bytes about = copyOf(bytesOf(place.table));
    addNumber(about, std::uint64_t(place.row), 8);
    addNumber(about, part, 1);
    return about;
}

tl::unexpected<Error> damaged(const SealedPlace &place)
{
    const std::string table(place.table.substr(0, place.table.find('\n')));
    return failure(Error::Kind::Corrupt,
                   "row " + std::to_string(place.row) + " of " + table
                       + " in the backup does not open: it is damaged, or people.keys is of another hub");
}

} // namespace

Result<Cell> cellAt(const store::Query &query, int column)
{
    const std::string_view type = query.text(column + 1);
    if (type == "text")
        return std::string(query.text(column));
    if (type == "blob")
        return copyOf(query.blob(column));
    if (type == "integer")
        return query.integer(column);
    if (type == "null")
        return Cell();
    return failure(Error::Kind::Corrupt, "a value that is a " + std::string(type));
}

void bindCell(store::Query &query, const char *name, const Cell &cell)
{
    if (const auto *number = std::get_if<std::int64_t>(&cell))
        query.bind(name, *number);
    else if (const auto *text = std::get_if<std::string>(&cell))
        query.bind(name, *text);
    else if (const auto *blob = std::get_if<Bytes>(&cell))
        query.bind(name, ByteView(*blob));
    else
        query.bindNull(name);
}

Bytes sealParts(const std::vector<Part> &parts, const PeopleKeys &keys, const SealedPlace &place, Rng &rng)
{
    Bytes bytes;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const PeopleKeys::Key key = keyOf(parts[i].needed, keys).value();
        const Bytes sealed = sealUnder(key, encoded(parts[i].cells), aboutPart(place, i), rng);
        addNumber(bytes, parts[i].needed.size(), 4);
        for (const PeopleKeys::Number number : parts[i].needed)
            addNumber(bytes, number, 4);
        addNumber(bytes, sealed.size(), 4);
        bytes.insert(bytes.end(), sealed.begin(), sealed.end());
    }
    return bytes;
}

Result<std::optional<Cells>> unsealParts(ByteView sealed, const PeopleKeys &keys, const SealedPlace &place)
{
    std::optional<Cells> cells;
    Taking rest(sealed);
    for (std::size_t part = 0; part == 0 || !rest.atEnd(); ++part) {
        const auto count = rest.number(4);
        Needed needed;
        for (std::uint64_t i = 0; i < count.value_or(0); ++i) {
            const auto number = rest.number(4);
            if (!number)
                return damaged(place);
            needed.insert(PeopleKeys::Number(*number));
        }
        const auto size = rest.number(4);
        const auto content = size ? rest.bytes(*size) : std::nullopt;
        if (needed.empty() || !content)
            return damaged(place);
        if (*needed.rbegin() >= keys.size())
            return failure(Error::Kind::Corrupt, "people.keys is older than the backup: take the newest copy of it");
        const auto key = keyOf(needed, keys);
        if (!key)
            continue; // of somebody who was erased
        const auto plain = unsealUnder(*key, *content, aboutPart(place, part));
        const auto found = plain ? decoded(*plain) : std::nullopt;
        if (!found)
            return damaged(place);
        if (part > 0 && !cells)
            continue;
        if (!cells)
            cells.emplace();
        for (const auto &[column, cell] : *found)
            (*cells)[column] = cell;
    }
    return cells;
}

} // namespace tributary::hub::exchange
