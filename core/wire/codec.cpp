#include "core/wire/codec.h"

#include "core/wire/fields.h"

#include <algorithm>

namespace tributary::wire {
namespace {

using namespace tributary::model;

/// The name of a command that is not known here, for the log and its author: whatever else it is, it is short and plain.
std::string sayable(const std::string &name)
{
    constexpr std::size_t kMost = 60;
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && name.size() <= kMost && std::ranges::all_of(name, plain) ? name : "nameless";
}

template<std::size_t Index = 0>
Result<Entity> entityAt(std::size_t index, const Value &value, bool &whole)
{
    if constexpr (Index < std::variant_size_v<Entity>) {
        if (index != Index)
            return entityAt<Index + 1>(index, value, whole);
        std::variant_alternative_t<Index, Entity> entity;
        if (!structFrom(value, entity, whole))
            return failure(Error::Kind::Invalid, "an entity has a field of a wrong kind");
        if (keyOf(entity) == RawId{})
            return failure(Error::Kind::Invalid, "an entity has no id");
        return Entity(std::move(entity));
    } else {
        return failure(Error::Kind::Invalid, "unknown type of entity");
    }
}

/// Nothing: of a newer program, the whole of it or a part.
template<std::size_t Index = 0>
Result<std::optional<CommandBody>> bodyNamed(std::string_view name, const Value &arguments)
{
    if constexpr (Index < std::variant_size_v<CommandBody>) {
        if (kCommandNames[Index] != name)
            return bodyNamed<Index + 1>(name, arguments);
        std::variant_alternative_t<Index, CommandBody> body;
        bool whole = true;
        if (!structFrom(arguments, body, whole))
            return failure(Error::Kind::Invalid, "a command has an argument of a wrong kind");
        return whole ? std::optional<CommandBody>(std::move(body)) : std::nullopt;
    } else {
        return std::optional<CommandBody>();
    }
}

Value argumentsOf(const CommandBody &body)
{
    return std::visit([](const auto &one) { return structToValue(one); }, body);
}

template<class T>
Result<T> fieldFromBytes(ByteView bytes)
{
    TRIBUTARY_TRY_ASSIGN(const Value value, decode(bytes));
    T field{};
    if (!fieldFrom(value, field))
        return failure(Error::Kind::Corrupt, "a stored field is of a wrong kind");
    return field;
}

} // namespace

Value toValue(const Entity &entity)
{
    return std::visit([](const auto &one) { return structToValue(one); }, entity);
}

Result<Entity> entityFrom(EntityType type, const Value &value, bool *whole)
{
    bool ignored = true;
    return entityAt(std::size_t(type), value, whole ? *whole : ignored);
}

Value toValue(const Command &command)
{
    Map map;
    map.emplace_back("n", Value(command.n));
    map.emplace_back("id", Value(copyOf(command.id.view())));
    map.emplace_back("at_ms", Value(toMs(command.at)));
    map.emplace_back("base_seq", Value(command.baseSeq));
    if (command.baseEpoch != RawId{})
        map.emplace_back("base_epoch", Value(copyOf(command.baseEpoch)));
    if (command.earlier)
        map.emplace_back("earlier", Value(nameOf(*command.earlier)));
    map.emplace_back("name", Value(nameOf(command.body)));
    map.emplace_back("arguments", argumentsOf(command.body));
    if (command.undoes) {
        Map undoes;
        undoes.emplace_back("name", Value(nameOf(*command.undoes)));
        undoes.emplace_back("arguments", argumentsOf(*command.undoes));
        map.emplace_back("undoes", Value(std::move(undoes)));
    }
    return Value(std::move(map));
}

Result<Command> commandFrom(const Value &value, bool orName)
{
    Command command;
    const Value *n = value.find("n");
    const Value *id = value.find("id");
    const Value *at = value.find("at_ms");
    const Value *base = value.find("base_seq");
    const Value *name = value.find("name");
    const Value *arguments = value.find("arguments");
    if (!n || !fieldFrom(*n, command.n) || command.n < 1 || !id || !fieldFrom(*id, command.id) || command.id.isNull() || !at
        || !fieldFrom(*at, command.at) || (base && !fieldFrom(*base, command.baseSeq)) || !name || !name->as<std::string>()
        || !arguments)
        return failure(Error::Kind::Invalid, "a command lacks its number, id, time, name or arguments");
    if (const Value *epoch = value.find("base_epoch")) {
        const Bytes *bytes = epoch->as<Bytes>();
        if (!bytes || bytes->size() != command.baseEpoch.size())
            return failure(Error::Kind::Invalid, "a command's epoch is not as it should be");
        std::ranges::copy(*bytes, command.baseEpoch.begin());
    }
    if (const Value *earlier = value.find("earlier")) {
        const std::string *kind = earlier->as<std::string>();
        if (!kind)
            return failure(Error::Kind::Invalid, "what a command came to earlier is not as it should be");
        // Of a newer program: whatever it was, it had been dealt with.
        command.earlier = fromName<Outcome::Kind>(*kind).value_or(Outcome::Kind::Refused);
    }
    TRIBUTARY_TRY_ASSIGN(auto body, bodyNamed(*name->as<std::string>(), *arguments));
    bool whole = body.has_value();
    if (const Value *undoes = value.find("undoes"); undoes && !undoes->isNull()) {
        const Value *what = undoes->find("name");
        const Value *how = undoes->find("arguments");
        if (!what || !what->as<std::string>() || !how)
            return failure(Error::Kind::Invalid, "what a command undoes lacks its name or arguments");
        TRIBUTARY_TRY_ASSIGN(command.undoes, bodyNamed(*what->as<std::string>(), *how));
        whole = whole && command.undoes;
    }
    if (whole) {
        command.body = std::move(*body);
    } else if (orName) {
        command.unknown = sayable(*name->as<std::string>());
        command.body = CancelMessage{};
        command.undoes.reset();
    } else {
        return failure(Error::Kind::Invalid, "unknown command");
    }
    return command;
}

Value toValue(const Outcome &outcome)
{
    return structToValue(outcome);
}

Result<Outcome> outcomeFrom(const Value &value)
{
    Outcome outcome;
    if (!structFrom(value, outcome) || outcome.n < 1)
        return failure(Error::Kind::Invalid, "an outcome is not as it should be");
    return outcome;
}

Bytes encodeList(const std::vector<Attachment> &attachments)
{
    return encode(fieldToValue(attachments));
}

Bytes encodeList(const std::vector<std::string> &texts)
{
    return encode(fieldToValue(texts));
}

Bytes encodeList(const std::vector<Outcome::RefusedRow> &rows)
{
    return encode(fieldToValue(rows));
}

Bytes encodeMap(const std::map<std::string, std::string> &map)
{
    return encode(fieldToValue(map));
}

Bytes encodeDelivery(const Delivery &delivery)
{
    return encode(fieldToValue(delivery));
}

Result<std::vector<Attachment>> attachmentsFrom(ByteView bytes)
{
    return fieldFromBytes<std::vector<Attachment>>(bytes);
}

Result<std::vector<std::string>> textsFrom(ByteView bytes)
{
    return fieldFromBytes<std::vector<std::string>>(bytes);
}

Result<std::vector<Outcome::RefusedRow>> refusedRowsFrom(ByteView bytes)
{
    return fieldFromBytes<std::vector<Outcome::RefusedRow>>(bytes);
}

Result<std::map<std::string, std::string>> mapFrom(ByteView bytes)
{
    return fieldFromBytes<std::map<std::string, std::string>>(bytes);
}

Result<Delivery> deliveryFrom(ByteView bytes)
{
    return fieldFromBytes<Delivery>(bytes);
}

} // namespace tributary::wire
