#pragma once

#include "core/model/names.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

/// One line of the neutral history format, taken apart but not yet believed.
namespace tributary::hub::exchange {

struct HistoryAttachment {
    std::string name;
    std::string mediaType;
    std::string path; ///< Relative to the file it stands in.
    std::string dataBase64;
    std::string sha256; ///< Of a file that came before, in `file` lines.
    std::string contentId;
    bool isInline = false;
    bool hasData = false; ///< `data_base64` was there, be it empty.
    std::int64_t sizeBytes = 0;
};

struct HistoryIdentity {
    model::Channel channel = model::Channel::Email;
    std::string address;
    std::string account;
    std::string name;
    std::string problem;
    bool verified = false;
};

struct HistoryConsent {
    model::Channel channel = model::Channel::Email;
    model::Consent::Purpose purpose = model::Consent::Purpose::Service;
    bool granted = false;
    std::string source;
    std::string author; ///< Who has recorded it; empty: the customer did.
    std::optional<TimePoint> at;
};

struct HistoryLine {
    enum class Type {
        Message,
        Note,
        Call,
        Order,
        Payment,
        Form,
        Rating,
        Comment,
        Event,
        Customer,
        Agent,
        Team,
        Account,
        Suggestion,
        Link,
        File,
        Reference,
    };
    enum class Direction { In, Out, Internal };

    Type type = Type::Message;
    std::string source;
    std::string messageId;
    std::string customerHandle;
    std::string customerShown; ///< The handle as it is to be shown; absent: as written.
    std::string customerName;
    std::string customerKey;
    std::string otherCustomerKey;
    std::optional<model::Channel> channel;
    std::string account;
    std::string conversationKey;
    std::optional<Direction> direction;
    std::string author;
    std::string authorName;
    std::optional<TimePoint> at;
    std::string subject;
    std::optional<std::string> conversationSubject;
    std::optional<std::string> body;
    std::string html;
    std::vector<HistoryAttachment> attachments;
    std::optional<model::Conversation::Status> status;
    std::optional<TimePoint> snoozedUntil;
    std::optional<TimePoint> resolvedAt;
    std::optional<std::string> assignee; ///< Empty: nobody.
    std::optional<std::string> team;     ///< Empty: none.
    std::optional<std::vector<std::string>> tags;
    std::optional<model::Conversation::Priority> priority;
    std::optional<model::Delivery::State> delivery;
    std::string deliveryProblem;
    std::string deliveryProblemText;
    std::string inReplyTo;
    std::string reactions; ///< `emoji by`, parted by `;`.
    std::optional<TimePoint> editedAt;
    bool deleted = false;
    bool automatic = false;
    std::map<std::string, std::string> details;

    // customer, agent, team, account
    std::string name;
    std::string email;
    std::string address;
    std::string language;
    std::string note;
    std::map<std::string, std::string> attributes;
    std::vector<HistoryIdentity> identities;
    std::vector<HistoryConsent> consents;
    bool blocked = false;
    std::vector<std::string> teams;
    std::string role;
    std::optional<bool> active; ///< Absent: they are.

    // suggestion, link
    std::string reason;
    std::string evidence;
    std::optional<model::Suggestion::State> state; ///< Absent: open.
    std::optional<TimePoint> endedAt;
    std::string endedBy;

    // file
    std::string sha256;
    std::string dataBase64;
    std::int64_t offset = 0;
    std::int64_t sizeBytes = 0;

    std::string unknown; ///< Fields that are in no list, as one JSON object; empty if there are none.
};

} // namespace tributary::hub::exchange

template<>
inline constexpr std::array<std::string_view, 17> tributary::model::kNames<tributary::hub::exchange::HistoryLine::Type>{
    "message",  "note",  "call", "order",   "payment",    "form", "rating", "comment",  "event",
    "customer", "agent", "team", "account", "suggestion", "link", "file",   "reference"};
template<>
inline constexpr std::array<std::string_view, 3> tributary::model::kNames<tributary::hub::exchange::HistoryLine::Direction>{
    "in", "out", "internal"};
