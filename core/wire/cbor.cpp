#include "core/wire/cbor.h"

#include "core/text/utf8.h"

#include <algorithm>
#include <limits>

namespace tributary::wire {
namespace {

enum Major : unsigned { Unsigned = 0, Negative = 1, ByteString = 2, Text = 3, List = 4, Table = 5, Simple = 7 };

void putHead(Bytes &out, Major major, std::uint64_t argument)
{
    const auto put = [&out](unsigned byte) { out.push_back(std::byte(byte)); };
    int width = 0;
    if (argument < 24) {
        put(major << 5 | unsigned(argument));
    } else if (argument <= 0xff) {
        put(major << 5 | 24), width = 1;
    } else if (argument <= 0xffff) {
        put(major << 5 | 25), width = 2;
    } else if (argument <= 0xffffffff) {
        put(major << 5 | 26), width = 4;
    } else {
        put(major << 5 | 27), width = 8;
    }
    for (int i = width - 1; i >= 0; --i)
        put(unsigned(argument >> (8 * i) & 0xff));
}

void putRaw(Bytes &out, ByteView bytes)
{
    out.insert(out.end(), bytes.begin(), bytes.end());
}

class Decoder {
public:
    explicit Decoder(ByteView bytes)
        : m_bytes(bytes)
        , m_valuesLeft(kFreeValues + bytes.size() / 4)
    {
    }

    Result<Value> all()
    {
        TRIBUTARY_TRY_ASSIGN(Value value, one(0));
        if (m_at != m_bytes.size())
            return broken("bytes after the end");
        return value;
    }

private:
    static tl::unexpected<Error> broken(const char *what)
    {
        return failure(Error::Kind::Invalid, std::string("not a valid frame: ") + what);
    }

    struct Head {
        unsigned major = 0;
        std::uint64_t argument = 0;
        unsigned info = 0;
    };

    Result<Head> head()
    {
        if (m_at == m_bytes.size())
            return broken("it ends too early");
        const auto first = std::to_integer<unsigned>(m_bytes[m_at++]);
        Head head{first >> 5, 0, first & 31};
        if (head.info < 24) {
            head.argument = head.info;
            return head;
        }
        if (head.info > 27)
            return broken("indefinite or reserved length");
        const std::size_t width = std::size_t(1) << (head.info - 24);
        if (m_bytes.size() - m_at < width)
            return broken("it ends too early");
        for (std::size_t i = 0; i < width; ++i)
            head.argument = head.argument << 8 | std::to_integer<std::uint64_t>(m_bytes[m_at++]);
        const std::uint64_t least[] = {24, 0x100, 0x10000, 0x100000000};
        if (head.major != Simple && head.argument < least[head.info - 24])
            return broken("a number longer than it needs to be");
        return head;
    }

    Result<ByteView> take(std::uint64_t size)
    {
        if (size > m_bytes.size() - m_at)
            return broken("it ends too early");
        const ByteView view = m_bytes.subspan(m_at, std::size_t(size));
        m_at += std::size_t(size);
        return view;
    }

    Result<std::string> text(std::uint64_t size)
    {
        TRIBUTARY_TRY_ASSIGN(const ByteView view, take(size));
        if (!text::isValidUtf8(textOf(view)))
            return broken("text that is not UTF-8");
        return std::string(textOf(view));
    }

    Result<Value> one(int depth)
    {
        // A value takes some forty bytes in memory and may be one on the wire: what we send is far less dense than this.
        if (m_valuesLeft-- == 0)
            return broken("too many values");
        TRIBUTARY_TRY_ASSIGN(const Head head, this->head());
        if ((head.major == List || head.major == Table) && depth == kMaxDepth)
            return broken("nested too deep");
        switch (head.major) {
        case Unsigned:
        case Negative:
            if (head.argument > std::uint64_t(std::numeric_limits<std::int64_t>::max()))
                return broken("a number beyond 64 bits");
            return Value(head.major == Unsigned ? std::int64_t(head.argument) : -1 - std::int64_t(head.argument));
        case ByteString: {
            TRIBUTARY_TRY_ASSIGN(const ByteView view, take(head.argument));
            return Value(copyOf(view));
        }
        case Text: {
            TRIBUTARY_TRY_ASSIGN(std::string value, text(head.argument));
            return Value(std::move(value));
        }
        case List: return list(head.argument, depth);
        case Table: return table(head.argument, depth);
        case Simple:
            if (head.info == 20 || head.info == 21)
                return Value(head.info == 21);
            if (head.info == 22)
                return Value();
            return broken("a kind of value that frames do not have");
        default: return broken("a kind of value that frames do not have");
        }
    }

    Result<Value> list(std::uint64_t count, int depth)
    {
        if (count > m_bytes.size() - m_at)
            return broken("it ends too early"); // every element takes a byte at least
        Array array;
        for (std::uint64_t i = 0; i < count; ++i) {
            TRIBUTARY_TRY_ASSIGN(Value value, one(depth + 1));
            array.push_back(std::move(value));
        }
        return Value(std::move(array));
    }

    Result<Value> table(std::uint64_t count, int depth)
    {
        if (count > (m_bytes.size() - m_at) / 2)
            return broken("it ends too early");
        if (count > 4096)
            return broken("a map with too many keys");
        Map map;
        map.reserve(std::size_t(std::min<std::uint64_t>(count, kFewKeys)));
        for (std::uint64_t i = 0; i < count; ++i) {
            TRIBUTARY_TRY_ASSIGN(const Head keyHead, head());
            if (keyHead.major != Text)
                return broken("a key that is not text");
            TRIBUTARY_TRY_ASSIGN(std::string key, text(keyHead.argument));
            TRIBUTARY_TRY_ASSIGN(Value value, one(depth + 1));
            map.emplace_back(std::move(key), std::move(value));
        }
        if (hasKeyTwice(map))
            return broken("a key twice");
        return Value(std::move(map));
    }

    static bool hasKeyTwice(const Map &map)
    {
        if (map.size() <= kFewKeys) { // as rows have: most differ in their length already
            for (std::size_t i = 1; i < map.size(); ++i) {
                for (std::size_t k = 0; k < i; ++k) {
                    if (map[i].first == map[k].first)
                        return true;
                }
            }
            return false;
        }
        std::vector<std::string_view> keys; // sorted: comparing every pair of thousands would be an attack in itself
        keys.reserve(map.size());
        for (const MapEntry &entry : map)
            keys.push_back(entry.first);
        std::ranges::sort(keys);
        return std::ranges::adjacent_find(keys) != keys.end();
    }

    static constexpr std::size_t kFreeValues = 1024;
    static constexpr std::size_t kFewKeys = 32;

    ByteView m_bytes;
    std::size_t m_at = 0;
    std::size_t m_valuesLeft;
};

struct Encoder {
    Bytes &out;

    void operator()(std::monostate) const { putHead(out, Simple, 22); }
    void operator()(bool value) const { putHead(out, Simple, value ? 21 : 20); }
    void operator()(std::int64_t value) const
    {
        if (value >= 0)
            putHead(out, Unsigned, std::uint64_t(value));
        else
            putHead(out, Negative, std::uint64_t(-1 - value));
    }
    void operator()(const std::string &value) const
    {
        putHead(out, Text, value.size());
        putRaw(out, bytesOf(value));
    }
    void operator()(const Bytes &value) const
    {
        putHead(out, ByteString, value.size());
        putRaw(out, value);
    }
    void operator()(const Array &value) const
    {
        putHead(out, List, value.size());
        for (const Value &element : value)
            encode(element, out);
    }
    void operator()(const Map &value) const
    {
        putHead(out, Table, value.size());
        for (const auto &[key, element] : value) {
            (*this)(key);
            encode(element, out);
        }
    }
};

} // namespace

const Value *Value::find(std::string_view key) const
{
    if (const Map *map = as<Map>()) {
        for (const MapEntry &entry : *map) {
            if (entry.first == key)
                return &entry.second;
        }
    }
    return nullptr;
}

void encode(const Value &value, Bytes &out)
{
    const Encoder encoder{out};
    if (const auto *flag = value.as<bool>())
        encoder(*flag);
    else if (const auto *number = value.as<std::int64_t>())
        encoder(*number);
    else if (const auto *text = value.as<std::string>())
        encoder(*text);
    else if (const auto *bytes = value.as<Bytes>())
        encoder(*bytes);
    else if (const auto *array = value.as<Array>())
        encoder(*array);
    else if (const auto *map = value.as<Map>())
        encoder(*map);
    else
        encoder(std::monostate());
}

Bytes encode(const Value &value)
{
    Bytes out;
    encode(value, out);
    return out;
}

Result<Value> decode(ByteView bytes)
{
    return Decoder(bytes).all();
}

} // namespace tributary::wire
