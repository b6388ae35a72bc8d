#include "ui/customer/people_words.h"

#include "ui/theme/channel_look.h"

#include <QCoreApplication>
#include <QLocale>

namespace tributary::ui {
namespace {

class Words {
    Q_DECLARE_TR_FUNCTIONS(People)
};

} // namespace

QString reasonWords(const model::Suggestion &suggestion)
{
    const QString evidence = QString::fromStdString(suggestion.evidence);
    using Reason = model::Suggestion::Reason;
    if (evidence.isEmpty()) { // hidden from who may not see addresses
        switch (suggestion.reason) {
        case Reason::TypedEmail: return Words::tr("Typed the address of the other, which is not proof");
        case Reason::SamePhone: return Words::tr("Same phone number");
        case Reason::SameName: return Words::tr("Same name");
        case Reason::SameNameAndPostcode: return Words::tr("Same name and postcode");
        case Reason::NearAddress: return Words::tr("Nearly the same address");
        }
    }
    switch (suggestion.reason) {
    case Reason::TypedEmail: return Words::tr("Typed the address %1, which is not proof").arg(evidence);
    case Reason::SamePhone: return Words::tr("Same phone number, %1").arg(evidence);
    case Reason::SameName: return Words::tr("Same name, %1").arg(evidence);
    case Reason::SameNameAndPostcode: return Words::tr("Same name and postcode, %1").arg(evidence);
    case Reason::NearAddress: return Words::tr("Nearly the same address, %1").arg(evidence);
    }
    return {};
}

QString whyNot(model::Permission permission)
{
    using model::Permission;
    switch (permission) {
    case Permission::EditCustomers: return Words::tr("Your role may not change customers. An admin can allow it.");
    case Permission::ManageCompanies: return Words::tr("Your role may not change companies. An admin can allow it.");
    case Permission::MergeCustomers: return Words::tr("Your role may not merge customers. An admin can allow it.");
    case Permission::BlockCustomers: return Words::tr("Your role may not block customers. An admin can allow it.");
    case Permission::RecordConsent: return Words::tr("Your role may not record consent. An admin can allow it.");
    case Permission::StartConversations: return Words::tr("Your role may not write first. An admin can allow it.");
    case Permission::ChangeStatus: return Words::tr("Your role may not change the status. An admin can allow it.");
    case Permission::TakeWork: return Words::tr("Your role may not take conversations. An admin can allow it.");
    case Permission::AssignOthers: return Words::tr("Your role may not assign to others. An admin can allow it.");
    case Permission::MoveToTeams: return Words::tr("Your role may not move conversations to teams. An admin can allow it.");
    case Permission::EditTags: return Words::tr("Your role may not change tags. An admin can allow it.");
    case Permission::EditDetails:
        return Words::tr("Your role may not change subject, priority or fields. An admin can allow it.");
    case Permission::RearrangeTimelines:
        return Words::tr("Your role may not split or join conversations. An admin can allow it.");
    case Permission::SeeConfidentialFields:
        return Words::tr("Your role may not see confidential fields. An admin can allow it.");
    case Permission::Reply: return Words::tr("Your role may not answer customers. An admin can allow it.");
    case Permission::WriteNotes: return Words::tr("Your role may not write notes. An admin can allow it.");
    default: return Words::tr("Your role may not do this. An admin can allow it.");
    }
}

QString consentName(model::Channel channel, model::Consent::Purpose purpose)
{
    return purpose == model::Consent::Purpose::Service ? Words::tr("Service messages, %1").arg(channelName(channel))
                                                       : Words::tr("Marketing, %1").arg(channelName(channel));
}

QString languageWords(const std::string &code)
{
    const QString text = QString::fromStdString(code);
    const QLocale spoken(text);
    return code.empty() || spoken.language() == QLocale::C ? text : QLocale::languageToString(spoken.language());
}

} // namespace tributary::ui
