#pragma once

#include "core/model/commands.h"
#include "core/wire/cbor.h"

/// Entities and commands as CBOR maps, with the field names of core/model/fields.h. Fields that have their default value are
/// left out; unknown fields are ignored, so that older and newer programs understand each other.
namespace tributary::wire {

Value toValue(const model::Entity &entity);
/// Fails for what is not a map, for a null id, and for a field of a wrong kind. @p whole becomes false where something in it
/// is of a newer program, and is left out.
Result<model::Entity> entityFrom(model::EntityType type, const Value &value, bool *whole = nullptr);

Value toValue(const model::Command &command);
/// A command is understood whole or not at all: what a newer program meant by a field more must not be done without it.
/// Fails for one of a newer program; with @p orName it has its number, id and time then, and says what it is called.
Result<model::Command> commandFrom(const Value &value, bool orName = false);

Value toValue(const model::Outcome &outcome);
Result<model::Outcome> outcomeFrom(const Value &value);

/// The parts of an entity that a table keeps as one CBOR blob.
Bytes encodeList(const std::vector<model::Attachment> &attachments);
Bytes encodeList(const std::vector<std::string> &texts);
Bytes encodeList(const std::vector<model::Outcome::RefusedRow> &rows);
Bytes encodeMap(const std::map<std::string, std::string> &map);
Bytes encodeDelivery(const model::Delivery &delivery);
Result<std::vector<model::Attachment>> attachmentsFrom(ByteView bytes);
Result<std::vector<std::string>> textsFrom(ByteView bytes);
Result<std::vector<model::Outcome::RefusedRow>> refusedRowsFrom(ByteView bytes);
Result<std::map<std::string, std::string>> mapFrom(ByteView bytes);
Result<model::Delivery> deliveryFrom(ByteView bytes);

} // namespace tributary::wire
