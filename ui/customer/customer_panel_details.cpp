// What is kept about a person, and how it is changed where it stands.
#include "ui/customer/customer_panel.h"

#include "core/model/addresses.h"
#include "core/model/customer_fields.h"
#include "core/model/masks.h"
#include "ui/customer/field_value.h"
#include "ui/customer/panel_rows.h"
#include "ui/customer/people_words.h"
#include "ui/customer/section_header.h"
#include "ui/shell/picker.h"
#include "ui/shell/row_drag.h"

#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

using model::Channel;
using model::Permission;

QString q(const std::string &text)
{
    return QString::fromStdString(text);
}

const std::string kCompanyName = "Company"; ///< As imports name it.

/// Channels on which somebody can tell us an address; elsewhere it comes with their first message.
constexpr Channel kToldChannels[]{Channel::Email, Channel::Phone, Channel::WhatsApp, Channel::Sms};

/// What is wrong with an address in as few words as a row has room for; the whole is its tool tip.
QString shortProblem(const model::Identity &identity)
{
    if (identity.problem.empty())
        return {};
    switch (identity.channel) {
    case Channel::Email: return CustomerPanel::tr("mail comes back");
    case Channel::Sms: return CustomerPanel::tr("takes no SMS");
    case Channel::Phone: return CustomerPanel::tr("cannot be called");
    default: return CustomerPanel::tr("not reached");
    }
}

/// What came with an import under that name, which no definition has for its key.
QString keptUnder(const model::Customer &customer, const std::string &name)
{
    for (const auto &[key, value] : customer.attributes) {
        if (q(key).compare(q(name), Qt::CaseInsensitive) == 0)
            return q(value);
    }
    return {};
}

bool isMasked(const model::Identity &identity)
{
    return identity.address.starts_with("•••");
}

} // namespace

void CustomerPanel::addIdentities()
{
    auto *plus = new Button(m_theme, Button::Look::Icon);
    plus->setIconName("plus");
    plus->setHeightClass(24);
    plus->setObjectName("addIdentity");
    plus->setToolTip(tr("Add an address"));
    plus->setAccessibleName(tr("Add an address"));
    // Whether somebody has an address is not for everybody to find out.
    gate(plus, may(Permission::EditCustomers) ? Permission::SeeContactDetails : Permission::EditCustomers);
    connect(plus, &QAbstractButton::clicked, this, &CustomerPanel::askAddress);
    QVBoxLayout *layout = section(tr("Identities"), {}, plus);
    m_addressPlace = layout;
    for (const model::Identity &identity : m_card.identities) {
        const QString text = q(!identity.shown.empty() ? identity.shown
                               : identity.name.empty() ? identity.address
                                                       : identity.name);
        const QString shown = identity.channel == Channel::WebChat && !identity.name.empty() ? q(identity.name) : text;
        const bool isPreferred = m_card.preferred.contains(identity.id);
        auto *row = new PanelRow(
            m_theme,
            {.text = shown,
             .end = identity.lastUsedAt == TimePoint() ? tr("never") : m_format.relative(identity.lastUsedAt, m_clock.now()),
             .badge = strandOf(identity.channel),
             .verified = identity.verified,
             .preferred = isPreferred,
             .problem = shortProblem(identity),
             .why = q(identity.problem)});
        row->setObjectName("identity");
        if (identity.problem.empty()) {
            const QString used = identity.lastUsedAt == TimePoint()
                                     ? tr("%1, never used").arg(shown)
                                     : tr("%1, last used %2").arg(shown, m_format.full(identity.lastUsedAt));
            //: %1 is an address and when it was used.
            row->setToolTip(isPreferred ? tr("%1. Preferred: a new conversation begins with it.").arg(used) : used);
        }
        const auto anchor = [row] { return QRect(row->mapToGlobal(QPoint()), row->size()); };
        row->setContextMenuPolicy(Qt::CustomContextMenu);
        connect(row, &QAbstractButton::clicked, this,
                [this, identity, anchor] { showIdentityMenu(identity, anchor(), anchor().bottomLeft()); });
        connect(row, &QWidget::customContextMenuRequested, this, [this, identity, anchor, row](const QPoint &at) {
            showIdentityMenu(identity, anchor(), row->mapToGlobal(at));
        });
        layout->addWidget(row);
    }
}

void CustomerPanel::showIdentityMenu(const model::Identity &identity, const QRect &anchor, const QPoint &globalPosition)
{
    auto *menu = new QMenu(this);
    menu->setObjectName("identityMenu");
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    const auto addWith = [&](const QString &words, const QString &why, bool possible, auto run) {
        QAction *action = menu->addAction(words, this, run);
        action->setEnabled(possible && why.isEmpty());
        action->setToolTip(why);
    };
    const auto add = [&](const QString &words, std::optional<Permission> permission, bool possible, auto run) {
        addWith(words, permission ? whyNotNow(*permission) : QString(), possible, run);
    };
    const QString text = q(identity.shown.empty() ? identity.address : identity.shown);
    add(tr("Copy"), std::nullopt, !isMasked(identity), [this, text] {
        QApplication::clipboard()->setText(text);
        emit copied(text);
    });
    add(tr("Write to this address"), Permission::Reply, identity.problem.empty(),
        [this, identity] { emit writeWanted(identity); });
    if (model::hasNumbers(identity.channel))
        add(tr("Call"), std::nullopt, !isMasked(identity) && identity.address.starts_with('+'),
            [this, identity] { emit callWanted(identity); });
    if (m_card.preferred.contains(identity.id))
        add(tr("No longer preferred"), Permission::EditCustomers, true, [this, identity] { preferNone(identity); });
    else
        add(tr("Make preferred"), Permission::EditCustomers, true, [this, identity] {
            emit commandWanted(model::PreferIdentity{m_card.customer.id, identity.channel, identity.id});
        });
    menu->addSeparator();
    const QString mayNotMove = whyNotNow(Permission::MergeCustomers, true);
    const bool isOnly = m_card.identities.size() <= 1;
    addWith(tr("Move to another customer"), mayNotMove, true,
            [this, identity, anchor] { emit moveWanted(identity, anchor); });
    addWith(tr("Remove from this customer"), mayNotMove.isEmpty() && isOnly ? tr("They have no other address.") : mayNotMove,
            true, [this, identity] {
                emit commandWanted(model::MoveIdentity{identity.id, model::CustomerId()}); // a person of its own
            });
    const bool isUnused = identity.lastUsedAt == TimePoint() && !identity.verified;
    if (isUnused) // mistyped; the hub knows whether anything was sent to it
        add(tr("Remove, it was mistyped"),
            may(Permission::EditCustomers) ? Permission::SeeContactDetails : Permission::EditCustomers, !isMasked(identity),
            [this, identity] { emit commandWanted(model::RemoveIdentity{identity.id}); });
    menu->popup(globalPosition);
}

/// Whoever is merged into them may have said it too.
void CustomerPanel::preferNone(const model::Identity &identity)
{
    std::vector<model::CommandBody> commands;
    for (const model::Customer &member : m_card.members) {
        if (model::preferredOn(member, identity.channel) == identity.id)
            commands.push_back(model::PreferIdentity{member.id, identity.channel, std::nullopt});
    }
    give(std::move(commands));
}

/// A row for a new address of the kind that is called @p name; it goes when the address has been given, or not. Null where
/// none can be given.
FieldRow *CustomerPanel::addAddressRow(const QString &name)
{
    const auto kind = std::ranges::find(kToldChannels, name, channelName);
    if (!m_addressPlace || kind == std::end(kToldChannels))
        return nullptr;
    const Channel channel = *kind;
    const auto save = [this, channel](const QString &typed) -> QString {
        const QString text = typed.trimmed();
        if (text.isEmpty())
            return {};
        if (channel == Channel::Email ? !text.contains(u'@') : text.size() < 5)
            return channel == Channel::Email ? tr("This takes an address such as name@example.com.")
                                             : tr("This takes a number such as +44 20 7946 0018.");
        emit commandWanted(
            model::AddIdentity{.customer = m_card.customer.id, .channel = channel, .address = text.toStdString()});
        return {};
    };
    FieldRow *row =
        addField(m_addressPlace, {.name = name,
                                  .placeholder = channel == Channel::Email ? tr("name@example.com") : tr("+44 20 7946 0018"),
                                  .save = save});
    connect(row, &FieldRow::editingEnded, row, &QObject::deleteLater);
    return row;
}

void CustomerPanel::askAddress()
{
    if (!m_addressPlace || !may(Permission::EditCustomers) || !may(Permission::SeeContactDetails))
        return;
    Picker::Question question{.objectName = "addressPicker", .placeholder = tr("Which kind of address")};
    for (const Channel channel : kToldChannels)
        question.choices.append(
            Choice{.id = QString::number(int(channel)), .text = channelName(channel), .icon = iconOf(channel)});
    question.apply = [this](const Choice &choice) {
        if (m_addressPlace && m_order.isFolded("identities"))
            header("identities")->click();
        if (FieldRow *row = addAddressRow(choice.text))
            row->edit();
    };
    const QWidget *at = findChild<Button *>("addIdentity");
    m_picker.ask(QRect(at->mapToGlobal(QPoint()), at->size()), std::move(question));
}

void CustomerPanel::addTags()
{
    QVBoxLayout *layout = section(tr("Tags"));
    auto *flow = new FlowRow(m_theme.px(4));
    std::set<std::string> own;
    for (const model::Customer &member : m_card.members)
        own.insert(member.tags.begin(), member.tags.end());
    for (const std::string &tag : own) {
        auto *chip = new Button(m_theme, Button::Look::Chip, q(tag));
        chip->setObjectName("customerTag");
        chip->setAccessibleName(tr("Tag %1 of the customer").arg(q(tag)));
        chip->setToolTip(tr("Remove the tag %1").arg(q(tag)));
        gate(chip, Permission::EditCustomers);
        connect(chip, &QAbstractButton::clicked, this, [this, tag] {
            std::vector<model::CommandBody> commands; // of each who is merged into them and has it
            for (const model::Customer &member : m_card.members) {
                if (std::ranges::count(member.tags, tag) > 0)
                    commands.push_back(model::SetCustomerTags{member.id, {}, {tag}});
            }
            give(std::move(commands));
        });
        m_tagDrag->allow(chip);
        flow->add(chip);
    }
    const auto current = std::ranges::find(m_card.conversations, m_current, &model::Conversation::id);
    if (current != m_card.conversations.end()) {
        for (const std::string &tag : current->tags) {
            if (own.contains(tag))
                continue;
            auto *chip = new Button(m_theme, Button::Look::Chip, q(tag));
            chip->setObjectName("conversationTag");
            chip->setFocusPolicy(Qt::NoFocus);
            chip->setIconName("inbox");
            chip->setToolTip(tr("A tag of this conversation (T)"));
            chip->setAccessibleName(tr("Tag %1 of this conversation").arg(q(tag)));
            m_tagDrag->allow(chip);
            flow->add(chip);
        }
    }
    auto *add = new Button(m_theme, Button::Look::Chip, tr("Add"));
    add->setObjectName("addTag");
    add->setIconName("plus");
    gate(add, Permission::EditCustomers);
    connect(add, &QAbstractButton::clicked, this, [this, add] { pickTag(QRect(add->mapToGlobal(QPoint()), add->size())); });
    flow->add(add);
    layout->addWidget(flow);
}

void CustomerPanel::pickTag(const QRect &anchor)
{
    Picker::Question question{.objectName = "customerTagPicker", .placeholder = tr("Tag this customer")};
    for (const std::string &tag : m_knownTags) {
        const bool isTheirs = std::ranges::any_of(
            m_card.members, [&tag](const model::Customer &member) { return std::ranges::count(member.tags, tag) > 0; });
        if (!isTheirs)
            question.choices.append(Choice{.id = q(tag), .text = q(tag), .icon = "tag"});
    }
    question.interpret = [this](const QString &typed) -> std::optional<Choice> {
        const QString tag = typed.simplified().toLower().left(40).replace(u' ', u'-');
        if (tag.isEmpty() || std::ranges::count(m_knownTags, tag.toStdString()) > 0)
            return {};
        return Choice{.id = tag, .text = tr("New tag “%1”").arg(tag), .icon = "plus"};
    };
    question.apply = [this, id = m_card.customer.id](const Choice &choice) {
        if (!choice.id.isEmpty())
            emit commandWanted(model::SetCustomerTags{id, {choice.id.toStdString()}, {}});
    };
    m_picker.ask(anchor, std::move(question));
}

FieldRow *CustomerPanel::addField(QVBoxLayout *layout, FieldRow::Content content)
{
    auto *row = new FieldRow(m_theme, std::move(content));
    connect(
        row, &FieldRow::editingEnded, this,
        [this] {
            if (m_stale && !isEditing())
                rebuild();
        },
        Qt::QueuedConnection);
    layout->addWidget(row);
    return row;
}

FieldRow::Content CustomerPanel::contentOf(const model::FieldDefinition &field) const
{
    const auto found = m_card.customer.attributes.find(field.key);
    const std::string value = found == m_card.customer.attributes.end() ? std::string() : found->second;
    // What an import brought under the field's name is shown until somebody says something else.
    const QString imported = value.empty() ? keptUnder(m_card.customer, field.name) : QString();
    FieldRow::Content content{.name = q(field.name),
                              .value = imported.isEmpty() ? shownValue(field, value, m_format) : imported,
                              .edited = field.type == model::FieldDefinition::Type::Text && !imported.isEmpty()
                                            ? imported
                                            : editedValue(field, value, m_format),
                              .placeholder = tr("Add"),
                              .whyNot = may(Permission::EditCustomers) ? QString() : whyNot(Permission::EditCustomers)};
    auto *self = const_cast<CustomerPanel *>(this);
    const auto set = [self, id = m_card.customer.id, key = field.key](const std::string &to) {
        emit self->commandWanted(model::SetCustomerField{id, key, to});
    };
    using Type = model::FieldDefinition::Type;
    if (field.type == Type::Flag) {
        content.choose = [set, value](const QRect &) { set(value.empty() ? "yes" : ""); };
        content.placeholder = tr("No");
    } else if (field.type == Type::Choice) {
        content.placeholder = tr("Choose");
        content.choose = [self, set, field, value](const QRect &anchor) {
            Picker::Question question{.objectName = "fieldPicker", .placeholder = q(field.name)};
            for (const std::string &choice : field.choices)
                question.choices.append(Choice{.id = q(choice), .text = q(choice), .checked = choice == value});
            question.choices.append(Choice{.id = {}, .text = tr("Nothing"), .icon = "close"});
            question.apply = [set](const Choice &choice) { set(choice.id.toStdString()); };
            self->m_picker.ask(anchor, std::move(question));
        };
    } else {
        content.save = [self, set, field](const QString &typed) -> QString {
            const auto kept = keptValue(field, typed, self->m_format);
            if (const auto *problem = std::get_if<FieldProblem>(&kept))
                return problem->words;
            set(std::get<std::string>(kept));
            return {};
        };
    }
    return content;
}

void CustomerPanel::addDetails()
{
    QVBoxLayout *layout = section(tr("Details"));
    const model::Customer &customer = m_card.customer;
    const QString mayNot = may(Permission::EditCustomers) ? QString() : whyNot(Permission::EditCustomers);
    addField(layout, {.name = tr("Name"),
                      .value = q(customer.name),
                      .edited = q(customer.name),
                      .placeholder = tr("Add"),
                      .whyNot = mayNot,
                      .save = [this, customer](const QString &typed) -> QString {
                          if (typed.toUtf8().size() > 500)
                              return tr("This is too long for a name.");
                          emit cardEdited(customer.id, typed.trimmed().toStdString(), std::nullopt);
                          return {};
                      }});
    if (may(Permission::SeeCustomerNotes))
        addField(layout, {.name = tr("Note"),
                          .value = q(customer.note),
                          .edited = q(customer.note),
                          .placeholder = tr("Add"),
                          .whyNot = mayNot,
                          .save = [this, customer](const QString &typed) -> QString {
                              if (typed.toUtf8().size() > 2000)
                                  return tr("This is too long. Keep it under 2,000 characters.");
                              emit cardEdited(customer.id, std::nullopt, typed.trimmed().toStdString());
                              return {};
                          }});
    addField(layout, {.name = tr("Language"),
                      .value = languageWords(customer.language),
                      .placeholder = tr("Choose"),
                      .whyNot = mayNot,
                      .choose = [this](const QRect &anchor) { pickLanguage(anchor); }});
    addField(layout,
             {.name = tr("Company"),
              .value = m_details.company ? q(m_details.company->name) : keptUnder(customer, kCompanyName),
              .placeholder = tr("Choose"),
              .whyNot = may(Permission::ManageCompanies) || company() ? QString() : whyNot(Permission::ManageCompanies),
              .choose = [this](const QRect &anchor) {
                  if (may(Permission::ManageCompanies))
                      pickCompany(anchor);
                  else if (const auto current = company()) // to be looked at alone
                      emit companyWanted(*current);
              }});
    for (const model::FieldDefinition &field : m_details.fields) {
        if (model::seesField(m_agent, field.key))
            addField(layout, contentOf(field))->setProperty("field", q(field.key));
    }
    addKept(layout);
}

/// What came with an import and no field names, and what the program counts.
void CustomerPanel::addKept(QVBoxLayout *layout)
{
    // What is shown above under the same name is not shown twice.
    const auto isShown = [this](const std::string &name) {
        const auto same = [&name](const std::string &other) { return q(other).compare(q(name), Qt::CaseInsensitive) == 0; };
        return same(kCompanyName) || std::ranges::any_of(m_details.fields, [&](const model::FieldDefinition &field) {
                   return model::seesField(m_agent, field.key) && same(field.name);
               });
    };
    for (const auto &[key, value] : m_card.customer.attributes) {
        if (std::ranges::count(m_details.fields, key, &model::FieldDefinition::key) == 0 && !isShown(key))
            addField(layout, {.name = q(key), .value = q(value)});
    }
    // What the shop's own records say goes before the day of the first message here.
    const bool sinceKnown = !keptUnder(m_card.customer, "Customer since").isEmpty() || isShown("Customer since");
    if (!sinceKnown)
        addField(layout, {.name = tr("Customer since"),
                          .value = m_format.locale().toString(m_format.dateOf(m_card.customer.createdAt),
                                                              QStringLiteral("MMMM yyyy"))});
    qint64 items = m_card.noteCount;
    for (const auto &[channel, count] : m_card.itemCounts)
        items += count;
    addField(layout, {.name = tr("On this computer"),
                      .value = m_card.historyComplete ? tr("All %n item(s)", nullptr, int(items))
                                                      : tr("%n item(s) so far", nullptr, int(items))});
}

void CustomerPanel::pickLanguage(const QRect &anchor)
{
    Picker::Question question{.objectName = "languagePicker", .placeholder = tr("Which language they read")};
    std::map<QString, QString> languages; // by their names
    for (const QLocale &locale : QLocale::matchingLocales(QLocale::AnyLanguage, QLocale::AnyScript, QLocale::AnyCountry)) {
        if (locale.language() != QLocale::C)
            languages.emplace(QLocale::languageToString(locale.language()), QLocale::languageToCode(locale.language()));
    }
    for (const auto &[name, code] : languages)
        question.choices.append(
            Choice{.id = code, .text = name, .detail = code, .checked = code == q(m_card.customer.language)});
    question.choices.append(Choice{.id = {}, .text = tr("Not known"), .icon = "close"});
    question.apply = [this, id = m_card.customer.id](const Choice &choice) {
        emit commandWanted(model::SetCustomerField{id, std::string(model::kLanguageField), choice.id.toStdString()});
    };
    m_picker.ask(anchor, std::move(question));
}

void CustomerPanel::pickCompany(const QRect &anchor)
{
    Picker::Question question{.objectName = "companyPicker", .placeholder = tr("Company")};
    if (const auto current = company())
        question.choices.append(
            Choice{.id = "open",
                   .text = m_details.company ? tr("Open %1").arg(q(m_details.company->name)) : tr("Open the company"),
                   .icon = "external"});
    for (const model::Company &company : m_companies)
        question.choices.append(
            Choice{.id = q(company.id.text()), .text = q(company.name), .checked = m_card.customer.company == company.id});
    const QString imported = company() ? QString() : keptUnder(m_card.customer, kCompanyName).simplified();
    const auto isThere = [this](const QString &name) {
        return std::ranges::any_of(
            m_companies, [&name](const model::Company &one) { return q(one.name).compare(name, Qt::CaseInsensitive) == 0; });
    };
    if (!imported.isEmpty() && !isThere(imported))
        question.choices.prepend(
            Choice{.id = "new", .text = tr("New company “%1”").arg(imported), .detail = imported, .icon = "plus"});
    question.choices.append(Choice{.id = "none", .text = tr("None"), .icon = "close"});
    question.interpret = [isThere](const QString &typed) -> std::optional<Choice> {
        const QString name = typed.simplified();
        if (name.isEmpty() || isThere(name))
            return {};
        return Choice{.id = "new", .text = tr("New company “%1”").arg(name), .detail = name, .icon = "plus"};
    };
    question.apply = [this, id = m_card.customer.id](const Choice &choice) {
        if (choice.id == u"open") {
            if (const auto current = company())
                emit companyWanted(*current);
        } else if (choice.id == u"new")
            emit newCompanyWanted(id, choice.detail);
        else
            emit commandWanted(model::SetCompany{id, model::CompanyId::fromText(choice.id.toStdString())});
    };
    m_picker.ask(anchor, std::move(question));
}

} // namespace tributary::ui
