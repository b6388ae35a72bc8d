#pragma once

#include "core/store/cache_reads.h"

#include <set>

/// What the screens about people ask of the cache beyond a card: see cache_reads.h.
namespace tributary::store {

struct PersonDetails {
    model::CustomerId customer;                 ///< The root.
    std::vector<model::FieldDefinition> fields; ///< Of customers, in their order.
    std::vector<model::Consent> consents;       ///< One for each channel and purpose: the strictest of all members.
    std::vector<model::Consent> recorded;       ///< All that any of them has said.
    std::optional<model::Company> company;
    friend bool operator==(const PersonDetails &, const PersonDetails &) = default;
};
Result<PersonDetails> personDetails(Database &database, model::CustomerId id);
/// All but those that were removed.
Result<std::vector<model::Company>> companies(Database &database);
/// A row of the table of companies.
struct CompanyRow {
    model::Company company;
    std::int64_t people = 0; ///< Persons: who is merged into somebody is not counted beside them.
    friend bool operator==(const CompanyRow &, const CompanyRow &) = default;
};
/// All companies that are there; those without anybody too.
Result<std::vector<CompanyRow>> companyRows(Database &database);
/// All customers who belong to it, also those who are merged into somebody.
Result<std::vector<model::CustomerId>> customersOfCompany(Database &database, model::CompanyId id);

/// What a person has agreed to, of what each member has: a withdrawal counts for all, of two the same the newer one.
std::vector<model::Consent> strictest(std::vector<model::Consent> consents);

/// A file that a person has sent or was sent.
struct PersonFile {
    model::Attachment attachment;
    model::TimelineItemId item;
    model::ConversationId conversation;
    TimePoint at;
    std::string subject; ///< Of the message, else of its conversation; may be empty.
    friend bool operator==(const PersonFile &, const PersonFile &) = default;
};
/// An order as it was told of last.
struct PersonOrder {
    model::TimelineItemId item;
    model::ConversationId conversation;
    TimePoint at;
    std::map<std::string, std::string> details; ///< As TimelineItem::details of an order.
    friend bool operator==(const PersonOrder &, const PersonOrder &) = default;
};
/// What a person has left with us, as far as it is here; newest first.
struct Belongings {
    model::CustomerId customer; ///< The root.
    std::vector<PersonFile> files;
    std::vector<PersonOrder> orders; ///< Each once, by its number.
    bool moreFiles = false;          ///< There are older ones than were asked for.
    friend bool operator==(const Belongings &, const Belongings &) = default;
};
/// At most @p most files and as many orders.
Result<Belongings> belongings(Database &database, model::CustomerId id, std::size_t most);

/// What stands beside a timeline beyond the card.
struct PersonBeside {
    PersonDetails details;
    Belongings belongings;
    std::vector<model::Company> companies; ///< All, to choose from.
};
Result<PersonBeside> personBeside(Database &database, model::CustomerId id, std::size_t mostBelongings);

/// Who has an address already.
struct AddressHolder {
    model::CustomerId customer; ///< The root.
    std::string name;
    model::Identity identity;
    friend bool operator==(const AddressHolder &, const AddressHolder &) = default;
};
/// @p address is one as it is compared (model/addresses.h). A number is the same on every channel that has numbers.
Result<std::optional<AddressHolder>> addressHolder(Database &database, model::Channel channel, const std::string &address);

/// One of two people who may become one.
struct MergeSide {
    CustomerCard card;
    std::vector<model::Consent> consents;
    std::optional<model::Company> company;
    std::int64_t conversations = 0, items = 0, orders = 0;
    /// Something said or bought in the months shown, newest first.
    struct Moment {
        TimePoint at;
        model::Channel channel = model::Channel::Email;
        model::TimelineItem::Kind kind = model::TimelineItem::Kind::Inbound;
    };
    std::vector<Moment> moments;
};
struct MergePair {
    MergeSide one, other;
    std::vector<model::FieldDefinition> fields;
    std::optional<model::Suggestion> suggestion; ///< Why they may be one.
    std::string region; ///< Of numbers without a country code (model::regionFor()); the client's to fill in.
};
/// Nothing: one of the two is not here, or they are one already. Moments count from @p since.
Result<std::optional<MergePair>> mergePair(Database &database, model::CustomerId one, model::CustomerId other,
                                           TimePoint since);

/// A row of the table of customers.
struct CustomerRow {
    model::CustomerId id;
    std::string name; ///< Or the address written to last; empty: a visitor.
    std::set<model::Channel> channels;
    std::optional<TimePoint> lastContact;
    std::int64_t open = 0;
    std::vector<std::string> tags; ///< Of all members.
    std::string ownerOfLast;
    bool blocked = false;
    friend bool operator==(const CustomerRow &, const CustomerRow &) = default;
};
/// Who stands in the table of customers, and in which order.
struct PeopleQuery {
    enum class Order {
        Contact, ///< Who was heard of last first.
        Name,    ///< From A; who has no name comes last, either way.
    };
    std::string typed; ///< Finds by name or address, or by `company:`; empty: everybody.
    std::string tag;   ///< Only who has it, or who is merged into them; empty: everybody.
    Order order = Order::Contact;
    bool backwards = false;
    friend bool operator==(const PeopleQuery &, const PeopleQuery &) = default;
};
/// A person is a customer who is merged into nobody.
Result<std::vector<model::CustomerId>> peopleInOrder(Database &database, const PeopleQuery &query);
Result<std::vector<CustomerRow>> customerRows(Database &database, const std::vector<model::CustomerId> &ids);

/// Two people who may be one.
struct Duplicate {
    model::Suggestion suggestion;
    CustomerRow customer, other; ///< Roots.
    friend bool operator==(const Duplicate &, const Duplicate &) = default;
};
/// A page of them.
struct Duplicates {
    /// After which a page begins.
    struct Place {
        TimePoint at;
        model::SuggestionId id;
        friend bool operator==(const Place &, const Place &) = default;
    };
    std::vector<Duplicate> pairs;
    std::optional<Place> next; ///< Where the next page begins; absent: there is no more.
    std::int64_t open = 0;     ///< Suggestions that nobody has decided yet, on all pages: about as many pairs.
    friend bool operator==(const Duplicates &, const Duplicates &) = default;
};
/// At most @p count open suggestions, newest first, each pair once. A pair may stand on a later page once more, for another
/// reason.
Result<Duplicates> duplicates(Database &database, std::int64_t count, std::optional<Duplicates::Place> after = {});

} // namespace tributary::store
