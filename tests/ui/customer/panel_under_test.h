#pragma once

#include "ui/customer/customer_panel.h"
#include "ui/shell/picker.h"

#include <QLineEdit>

/// The panel of one customer, and what it wants done.
namespace tributary::ui::testing {

using namespace tributary::model;

struct Panel {
    Theme theme;
    ManualClock clock;
    QWidget window;
    Picker picker{theme, &window};
    CustomerPanel panel{theme, clock, picker, &window};
    std::vector<CommandBody> commands;
    std::vector<std::vector<CommandBody>> together; ///< What was to be done at once.
    store::CustomerCard card;
    store::PersonDetails details;
    Agent agent{.role = Agent::Role::Admin};

    Panel()
    {
        window.resize(900, 900);
        panel.setGeometry(0, 0, 300, 900);
        QObject::connect(&panel, &CustomerPanel::commandWanted,
                         [this](const CommandBody &body) { commands.push_back(body); });
        QObject::connect(&panel, &CustomerPanel::commandsWanted,
                         [this](const std::vector<CommandBody> &bodies) { together.push_back(bodies); });
        card.customer = {.id = CustomerId(RawId{std::byte(1)}), .name = "Layla", .note = "Tea", .tags = {"vip"}};
        card.members = {card.customer};
        card.identities = {{.id = IdentityId(RawId{std::byte(2)}), .customer = card.customer.id, .address = "l@mail.test"}};
        card.identities.front().shown = "l@mail.test";
        details.customer = card.customer.id;
        details.fields = {{.key = "birthday", .name = "Birthday", .type = FieldDefinition::Type::Date}};
        show();
        window.show();
    }
    void show()
    {
        panel.setAgent(agent);
        panel.showCard(card, {});
        panel.showBeside({.details = details, .belongings = {.customer = card.customer.id}});
    }
    /// The row of a custom field.
    FieldRow *field(const QString &key)
    {
        for (FieldRow *row : panel.findChildren<FieldRow *>()) {
            if (row->property("field").toString() == key)
                return row;
        }
        return nullptr;
    }
    QLineEdit *edit(const QString &key)
    {
        field(key)->edit();
        return panel.findChild<QLineEdit *>("fieldEditor");
    }
    /// Marketing by mail, as it was said last.
    void said(bool granted, TimePoint at)
    {
        details.consents = {{.customer = card.customer.id,
                             .purpose = Consent::Purpose::Marketing,
                             .granted = granted,
                             .source = "Order form",
                             .at = at}};
        details.recorded = details.consents;
        show();
    }
    Button *consent(const QString &words)
    {
        for (Button *chip : panel.findChildren<Button *>("consent")) {
            if (chip->text().startsWith(words))
                return chip;
        }
        return nullptr;
    }
    QLineEdit *pickerField() { return picker.findChild<QLineEdit *>(); }
};

inline TimePoint at(int year, int month, int day, int hour)
{
    return fromMs(QDateTime(QDate(year, month, day), QTime(hour, 0)).toMSecsSinceEpoch());
}

} // namespace tributary::ui::testing
