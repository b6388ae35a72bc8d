#include "core/wire/frames.h"

#include "core/wire/codec.h"
#include "core/wire/packing.h"

#include <limits>

namespace tributary::model {
template<>
inline constexpr std::array<std::string_view, 3> kNames<wire::Presence::Kind>{"gone", "viewing", "typing"};
}

namespace tributary::wire {
namespace {

using namespace tributary::model;

constexpr std::array<std::string_view, std::variant_size_v<Frame>> kFrameNames{
    "hello", "welcome", "changes", "credit", "command", "fetch", "page", "presence", "beat", "goodbye"};

/// A field that may be left out.
void putKey(Map &map, const char *name, const std::optional<HistoryKey> &key)
{
    if (key)
        map.emplace_back(name, keyValue(*key));
}

bool getKey(const Value &map, std::string_view name, std::optional<HistoryKey> &key)
{
    const Value *value = map.find(name);
    if (!value)
        return true;
    return keyFrom(value, key.emplace());
}

void putPosition(Map &map, const char *name, const std::optional<Position> &position)
{
    if (position)
        map.emplace_back(name, positionValue(*position));
}

/// One that is absent is as it should be.
bool getPosition(const Value &map, std::string_view name, std::optional<Position> &position)
{
    const Value *value = map.find(name);
    return !value || positionFrom(value, position.emplace());
}

struct Packer {
    Map &map;

    void operator()(const Hello &frame) const
    {
        put(map, "features", frame.features), put(map, "token", frame.token);
        map.emplace_back("position", positionValue(frame.position));
        put(map, "client_id", frame.client), put(map, "last_n", frame.lastN);
        putPosition(map, "ahead", frame.ahead);
        if (frame.unheard)
            put(map, "unheard", frame.unheard);
    }
    void operator()(const Welcome &frame) const
    {
        put(map, "features", frame.features), put(map, "agent", frame.agent), put(map, "workspace", frame.workspace);
        put(map, "server_ms", frame.serverTime), map.emplace_back("head", positionValue(frame.head));
        put(map, "resync", frame.resync), put(map, "reason", frame.reason), put(map, "last_n", frame.lastN);
        if (!frame.outcomes.empty())
            put(map, "outcomes", frame.outcomes);
        putPosition(map, "start", frame.start);
    }
    void operator()(const Changes &frame) const
    {
        put(map, "from", frame.from), put(map, "to", frame.to), map.emplace_back("chain", bytesValue(frame.chain));
        put(map, "head", frame.head), map.emplace_back("rows", rowsValue(frame.rows));
        Array removals;
        for (const Removal &removal : frame.removals)
            removals.push_back(
                Value(Array{Value(std::int64_t(removal.type)), bytesValue(removal.key), Value(removal.version)}));
        if (!removals.empty())
            map.emplace_back("removals", Value(std::move(removals)));
        if (!frame.outcomes.empty())
            put(map, "outcomes", frame.outcomes);
        put(map, "last_n", frame.lastN), put(map, "server_ms", frame.serverTime);
        if (frame.bootstrap)
            put(map, "bootstrap", frame.bootstrap);
        if (!frame.erased.empty())
            put(map, "erased", frame.erased);
    }
    void operator()(const Credit &frame) const { put(map, "bytes", frame.bytes), put(map, "seq", frame.seq); }
    void operator()(const CommandFrame &frame) const { map.emplace_back("command", toValue(frame.command)); }
    void operator()(const Fetch &frame) const
    {
        put(map, "request", frame.request), put(map, "customer_id", frame.customer);
        put(map, "before_ms", frame.beforeAt), put(map, "before_id", frame.beforeId), put(map, "count", frame.count);
        putKey(map, "after", frame.after);
    }
    void operator()(const Page &frame) const
    {
        put(map, "request", frame.request), map.emplace_back("rows", rowsValue(frame.rows));
        put(map, "complete", frame.complete);
        if (frame.rights > 0)
            put(map, "rights", frame.rights);
        putKey(map, "from", frame.from);
        if (!frame.customers.empty())
            put(map, "customers", frame.customers);
        putPosition(map, "head", frame.head);
    }
    void operator()(const Presence &frame) const
    {
        put(map, "kind", frame.kind), put(map, "conversation_id", frame.conversation), put(map, "agent_id", frame.agent);
        put(map, "text", frame.text);
    }
    void operator()(const Beat &frame) const { put(map, "ms", frame.ms); }
    void operator()(const Goodbye &frame) const
    {
        put(map, "reason", frame.reason), put(map, "text", frame.text), put(map, "retry_after_ms", frame.retryAfterMs);
    }
};

tl::unexpected<Error> wrong(const char *frame)
{
    return failure(Error::Kind::Invalid, std::string("a ") + frame + " frame lacks a field or has one of a wrong kind");
}

Result<Frame> helloFrom(const Value &map)
{
    Hello frame;
    if (!get(map, "features", frame.features) || !get(map, "token", frame.token)
        || !positionFrom(map.find("position"), frame.position) || !get(map, "client_id", frame.client)
        || frame.client.isNull() || !get(map, "last_n", frame.lastN) || !getPosition(map, "ahead", frame.ahead))
        return wrong("hello");
    if (const Value *unheard = map.find("unheard"); unheard && !fieldFrom(*unheard, frame.unheard))
        return wrong("hello");
    return Frame(std::move(frame));
}

Result<Frame> welcomeFrom(const Value &map)
{
    Welcome frame;
    if (!get(map, "features", frame.features) || !get(map, "agent", frame.agent) || !get(map, "workspace", frame.workspace)
        || !get(map, "server_ms", frame.serverTime) || !positionFrom(map.find("head"), frame.head)
        || !get(map, "resync", frame.resync) || !get(map, "reason", frame.reason) || !get(map, "last_n", frame.lastN))
        return wrong("welcome");
    if (const Value *outcomes = map.find("outcomes"); outcomes && !fieldFrom(*outcomes, frame.outcomes))
        return wrong("welcome");
    if (!getPosition(map, "start", frame.start))
        return wrong("welcome");
    return Frame(std::move(frame));
}

Result<Frame> changesFrom(const Value &map)
{
    Changes frame;
    if (!get(map, "from", frame.from) || !get(map, "to", frame.to) || frame.from < 0 || frame.to < frame.from
        || !bytesFrom(map.find("chain"), frame.chain) || !get(map, "head", frame.head) || !get(map, "last_n", frame.lastN)
        || !get(map, "server_ms", frame.serverTime))
        return wrong("changes");
    TRIBUTARY_TRY_ASSIGN(frame.rows, rowsFrom(map.find("rows"), frame.unread));
    if (const Value *outcomes = map.find("outcomes"); outcomes && !fieldFrom(*outcomes, frame.outcomes))
        return wrong("changes");
    if (const Value *bootstrap = map.find("bootstrap"); bootstrap && !fieldFrom(*bootstrap, frame.bootstrap))
        return wrong("changes");
    if (const Value *erased = map.find("erased"); erased && !fieldFrom(*erased, frame.erased))
        return wrong("changes");
    if (const Value *removals = map.find("removals")) {
        const Array *array = removals->as<Array>();
        if (!array)
            return wrong("changes");
        for (const Value &element : *array) {
            const Array *parts = element.as<Array>();
            Removal removal;
            std::int64_t type = 0;
            if (!parts || parts->size() != 3 || !fieldFrom((*parts)[0], type) || type < 0
                || !bytesFrom(&(*parts)[1], removal.key) || !fieldFrom((*parts)[2], removal.version))
                return wrong("changes");
            if (type >= std::int64_t(std::variant_size_v<Entity>)) {
                frame.unread.push_back({.type = type, .key = removal.key, .version = removal.version});
                continue;
            }
            removal.type = EntityType(type);
            frame.removals.push_back(removal);
        }
    }
    return Frame(std::move(frame));
}

Result<Frame> frameFrom(std::size_t index, const Value &map)
{
    switch (index) {
    case 0: return helloFrom(map);
    case 1: return welcomeFrom(map);
    case 2: return changesFrom(map);
    case 3: {
        Credit frame;
        if (!get(map, "bytes", frame.bytes) || !get(map, "seq", frame.seq) || frame.bytes < 0)
            return wrong("credit");
        return Frame(frame);
    }
    case 4: {
        const Value *command = map.find("command");
        if (!command)
            return wrong("command");
        TRIBUTARY_TRY_ASSIGN(Command decoded, commandFrom(*command, true));
        return Frame(CommandFrame{std::move(decoded)});
    }
    case 5: {
        Fetch frame;
        if (!get(map, "request", frame.request) || !get(map, "customer_id", frame.customer)
            || !get(map, "before_ms", frame.beforeAt) || !get(map, "before_id", frame.beforeId)
            || !get(map, "count", frame.count) || !getKey(map, "after", frame.after))
            return wrong("fetch");
        return Frame(frame);
    }
    case 6: {
        Page frame;
        if (!get(map, "request", frame.request) || !get(map, "complete", frame.complete) || !getKey(map, "from", frame.from)
            || (map.find("customers") && !get(map, "customers", frame.customers)) || !getPosition(map, "head", frame.head))
            return wrong("page");
        if (const Value *rights = map.find("rights"); rights && !fieldFrom(*rights, frame.rights))
            return wrong("page");
        TRIBUTARY_TRY_ASSIGN(frame.rows, rowsFrom(map.find("rows"), frame.unread));
        return Frame(std::move(frame));
    }
    case 7: {
        Presence frame;
        if (!get(map, "kind", frame.kind) || !get(map, "conversation_id", frame.conversation)
            || !get(map, "agent_id", frame.agent) || !get(map, "text", frame.text))
            return wrong("presence");
        return Frame(std::move(frame));
    }
    case 8: {
        Beat frame;
        if (!get(map, "ms", frame.ms))
            return wrong("beat");
        return Frame(frame);
    }
    default: {
        Goodbye frame;
        if (!get(map, "reason", frame.reason) || !get(map, "text", frame.text)
            || !get(map, "retry_after_ms", frame.retryAfterMs))
            return wrong("goodbye");
        return Frame(std::move(frame));
    }
    }
}

} // namespace

Bytes pack(const Frame &frame)
{
    Map map;
    map.emplace_back("frame", Value(kFrameNames[frame.index()]));
    std::visit(Packer{map}, frame);
    return packValue(Value(std::move(map)), !std::holds_alternative<Hello>(frame));
}

std::size_t plainSize(const model::Command &command)
{
    return encode(toValue(command)).size();
}

Result<std::optional<Frame>> unpack(ByteView message, std::size_t maxWire, std::size_t maxPlain)
{
    if (message.size() > maxWire)
        return failure(Error::Kind::TooLarge, "a frame larger than allowed");
    TRIBUTARY_TRY_ASSIGN(const Value value, unpackValue(message, maxPlain));
    const Value *name = value.find("frame");
    if (!name || !name->as<std::string>())
        return failure(Error::Kind::Invalid, "a frame without a name");
    for (std::size_t i = 0; i < kFrameNames.size(); ++i) {
        if (kFrameNames[i] == *name->as<std::string>()) {
            TRIBUTARY_TRY_ASSIGN(Frame frame, frameFrom(i, value));
            return std::optional<Frame>(std::move(frame));
        }
    }
    return std::optional<Frame>();
}

Bytes pack(const BootstrapPage &page)
{
    Map map;
    map.emplace_back("start", positionValue(page.start));
    map.emplace_back("rows", rowsValue(page.rows));
    put(map, "next", page.next), put(map, "done", page.done), put(map, "total", page.total);
    if (page.rights > 0)
        put(map, "rights", page.rights);
    putKey(map, "since", page.since);
    putPosition(map, "head", page.head);
    Array covered;
    for (const BootstrapPage::Covered &one : page.covered) {
        Map entry;
        put(entry, "customer_id", one.customer);
        if (one.from != HistoryKey::beginning())
            entry.emplace_back("from", keyValue(one.from));
        covered.push_back(Value(std::move(entry)));
    }
    if (!covered.empty())
        map.emplace_back("covered", Value(std::move(covered)));
    return packValue(Value(std::move(map)), true);
}

namespace {

constexpr std::byte kStamped{2}; ///< Beside the two of packValue(): eight bytes of rights, highest first, and a page.
constexpr std::size_t kStampBytes = 9;

bool coveredFrom(const Value &map, std::vector<BootstrapPage::Covered> &covered)
{
    const Value *value = map.find("covered");
    const Array *array = value ? value->as<Array>() : nullptr;
    if (!array)
        return !value;
    for (const Value &entry : *array) {
        std::optional<HistoryKey> from;
        BootstrapPage::Covered &one = covered.emplace_back();
        if (!get(entry, "customer_id", one.customer) || one.customer.isNull() || !getKey(entry, "from", from))
            return false;
        one.from = from.value_or(HistoryKey::beginning());
    }
    return true;
}

} // namespace

Bytes stamped(ByteView page, std::int64_t rights)
{
    Bytes bytes{kStamped};
    bytes.reserve(kStampBytes + page.size());
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes.push_back(std::byte(rights >> shift & 0xff));
    bytes.insert(bytes.end(), page.begin(), page.end());
    return bytes;
}

Result<BootstrapPage> unpackPage(ByteView body)
{
    std::uint64_t stamp = 0;
    if (!body.empty() && body[0] == kStamped) {
        if (body.size() < kStampBytes)
            return wrong("bootstrap");
        for (const std::byte byte : body.subspan(1, kStampBytes - 1))
            stamp = stamp << 8 | std::to_integer<std::uint64_t>(byte);
        if (stamp == 0 || stamp > std::uint64_t(std::numeric_limits<std::int64_t>::max()))
            return wrong("bootstrap"); // by nobody's rights
        body = body.subspan(kStampBytes);
    }
    TRIBUTARY_TRY_ASSIGN(const Value value, unpackValue(body));
    BootstrapPage page;
    if (!positionFrom(value.find("start"), page.start) || !get(value, "next", page.next) || !get(value, "done", page.done)
        || !get(value, "total", page.total) || !getKey(value, "since", page.since) || !getPosition(value, "head", page.head)
        || !coveredFrom(value, page.covered))
        return wrong("bootstrap");
    if (const Value *rights = value.find("rights"); rights && !fieldFrom(*rights, page.rights))
        return wrong("bootstrap");
    if (stamp > 0)
        page.rights = std::int64_t(stamp);
    TRIBUTARY_TRY_ASSIGN(page.rows, rowsFrom(value.find("rows"), page.unread));
    return page;
}

bool onlyTellsErased(const Changes &changes)
{
    return changes.from == changes.to && !(changes.removals.empty() && changes.erased.empty());
}

} // namespace tributary::wire
