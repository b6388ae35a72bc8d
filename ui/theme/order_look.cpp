#include "ui/theme/order_look.h"

#include "ui/theme/theme.h"

#include <QCoreApplication>
#include <map>

namespace tributary::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Timeline)
};

} // namespace

OrderState orderState(const QString &status)
{
    static const std::map<QString, OrderState> known{
        {"paid", OrderState::Paid},           {"pending", OrderState::Paid},       {"packing", OrderState::Packed},
        {"packed", OrderState::Packed},       {"shipped", OrderState::Shipped},    {"fulfilled", OrderState::Shipped},
        {"delivered", OrderState::Delivered}, {"returning", OrderState::SentBack}, {"return_asked", OrderState::ReturnAsked},
        {"returned", OrderState::Received},   {"refunded", OrderState::Refunded},  {"cancelled", OrderState::Cancelled}};
    const auto found = known.find(status.toLower());
    return found == known.end() ? OrderState::Other : found->second;
}

QString orderStatusName(OrderState state, const QString &status)
{
    switch (state) {
    case OrderState::Paid: return Words::tr("Paid");
    case OrderState::Packed: return Words::tr("Packing");
    case OrderState::Shipped: return Words::tr("Shipped");
    case OrderState::Delivered: return Words::tr("Delivered");
    case OrderState::ReturnAsked: return Words::tr("Return asked");
    case OrderState::SentBack: return Words::tr("Returning");
    case OrderState::Received: return Words::tr("Returned");
    case OrderState::Refunded: return Words::tr("Refunded");
    case OrderState::Cancelled: return Words::tr("Cancelled");
    case OrderState::Other: return status;
    }
    return status;
}

const Tone &toneOf(const Theme &theme, OrderState state)
{
    const auto &status = theme.colors().status;
    switch (state) {
    case OrderState::Delivered:
    case OrderState::Refunded: return status.success;
    case OrderState::Cancelled: return status.danger;
    case OrderState::Shipped: return status.info;
    default: return status.warning;
    }
}

} // namespace tributary::ui
