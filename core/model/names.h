#pragma once

#include "core/model/entities.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

/// The names of enumerators as they stand in SQL, on the wire, in exports and on command lines. Stable for ever.
namespace tributary::model {

/// Specialised for every enum that leaves the program: one name an enumerator, in order.
template<class Enum>
inline constexpr std::array<std::string_view, 0> kNames{};

template<>
inline constexpr std::array<std::string_view, 12> kNames<Channel>{
    "email", "webchat", "whatsapp", "messenger", "instagram", "telegram", "wechat", "sms", "phone", "line", "x", "api"};
template<>
inline constexpr std::array<std::string_view, 5> kNames<Suggestion::Reason>{"typed-email", "same-phone", "same-name",
                                                                            "same-name-and-postcode", "near-address"};
template<>
inline constexpr std::array<std::string_view, 3> kNames<Suggestion::State>{"open", "linked", "dismissed"};
template<>
inline constexpr std::array<std::string_view, 6> kNames<ChannelAccount::Health>{"starting",        "healthy",     "slow",
                                                                                "needs-attention", "not-working", "paused"};
template<>
inline constexpr std::array<std::string_view, 3> kNames<Agent::Role>{"agent", "lead", "admin"};
template<>
inline constexpr std::array<std::string_view, 4> kNames<Conversation::Status>{"open", "waiting", "snoozed", "resolved"};
template<>
inline constexpr std::array<std::string_view, 4> kNames<Conversation::Priority>{"low", "normal", "high", "urgent"};
template<>
inline constexpr std::array<std::string_view, 4> kNames<Attachment::State>{"pending", "available", "too-large", "failed"};
template<>
inline constexpr std::array<std::string_view, 8> kNames<Delivery::State>{"held",      "queued", "sending", "sent",
                                                                         "delivered", "read",   "failed",  "uncertain"};
template<>
inline constexpr std::array<std::string_view, 10> kNames<TimelineItem::Kind>{
    "inbound", "outbound", "note", "event", "call", "order", "payment", "form", "rating", "comment"};
template<>
inline constexpr std::array<std::string_view, 3> kNames<Visibility>{"assigned", "teams", "everything"};
template<>
inline constexpr std::array<std::string_view, 3> kNames<Team::Routing>{"by-hand", "round-robin", "least-load"};
template<>
inline constexpr std::array<std::string_view, 3> kNames<SavedView::Sharing>{"private", "team", "everybody"};
template<>
inline constexpr std::array<std::string_view, 4> kNames<SavedView::Sort>{"newest", "oldest", "longest-waiting", "priority"};
template<>
inline constexpr std::array<std::string_view, 3> kNames<FieldDefinition::Subject>{"conversation", "customer", "company"};
template<>
inline constexpr std::array<std::string_view, 6> kNames<FieldDefinition::Type>{"text",   "number", "date",
                                                                               "choice", "flag",   "link"};
template<>
inline constexpr std::array<std::string_view, 2> kNames<Consent::Purpose>{"service", "marketing"};
template<>
inline constexpr std::array<std::string_view, 16> kNames<EntityType>{
    "customer",         "identity",      "customer_link", "suggestion",
    "channel_account",  "agent",         "team",          "conversation",
    "timeline_item",    "read_mark",     "role",          "saved_view",
    "field_definition", "custom_status", "company",       "consent"};

template<class Enum>
concept Named = std::is_enum_v<Enum> &&(kNames<Enum>.size() > 0);

template<Named Enum>
constexpr std::string_view nameOf(Enum value)
{
    return kNames<Enum>[std::size_t(value)];
}

template<Named Enum>
constexpr std::optional<Enum> fromName(std::string_view name)
{
    for (std::size_t i = 0; i < kNames<Enum>.size(); ++i) {
        if (kNames<Enum>[i] == name)
            return Enum(i);
    }
    return std::nullopt;
}

} // namespace tributary::model
