#include "ui/customers/new_customer_sheet.h"

#include "core/model/addresses.h"
#include "core/model/number_region.h"
#include "ui/customer/people_words.h"
#include "ui/shell/picker.h"
#include "ui/shell/when_done.h"
#include "ui/theme/channel_look.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

using model::Channel;

constexpr int kWidth = 480;
constexpr int kMostAddresses = 6;
constexpr int kMostNameBytes = 500;

/// Channels on which somebody can tell us an address; elsewhere it comes with their first message.
constexpr Channel kToldChannels[]{Channel::Email, Channel::Phone, Channel::WhatsApp, Channel::Sms};

ColorOf secondary()
{
    return [](const Colors &c) { return c.text.secondary; };
}

bool isConfirm(const QKeyEvent &event)
{
    const bool enter = event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter;
    return enter && event.modifiers().testFlag(Qt::ControlModifier);
}

} // namespace

/// What kind of address, the address, and a way to take the row away.
class NewCustomerSheet::AddressRow : public QWidget {
public:
    AddressRow(const Theme &theme, QWidget *parent)
        : QWidget(parent)
        , kind(new Button(theme, Button::Look::Normal, {}, this))
        , address(new QLineEdit(this))
        , remove(new Button(theme, Button::Look::Icon, {}, this))
    {
        auto *row = new QHBoxLayout(this);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(theme.px(8));
        kind->setObjectName("newAddressKind");
        kind->setMenuArrow(true);
        kind->setFixedWidth(theme.px(132));
        address->setObjectName("newAddress");
        address->setMaxLength(320);
        remove->setObjectName("removeAddress");
        remove->setIconName("close");
        remove->setToolTip(NewCustomerSheet::tr("Leave this address out"));
        remove->setAccessibleName(remove->toolTip());
        row->addWidget(kind);
        row->addWidget(address, 1);
        row->addWidget(remove);
    }
    void setChannel(Channel to)
    {
        channel = to;
        kind->setText(channelName(to));
        kind->setIconName(iconOf(to));
        kind->setAccessibleName(NewCustomerSheet::tr("Kind of address: %1").arg(channelName(to)));
        address->setAccessibleName(channelName(to));
        address->setPlaceholderText(to == Channel::Email ? NewCustomerSheet::tr("name@example.com")
                                                         : NewCustomerSheet::tr("+44 20 7946 0018"));
    }

    Channel channel = Channel::Email;
    Button *kind;
    QLineEdit *address;
    Button *remove;
};

NewCustomerSheet::NewCustomerSheet(const Theme &theme, client::Workspace &workspace, Picker &picker, QWidget *window)
    : Overlay(theme, window, Ground::Scrim)
    , m_workspace(workspace)
    , m_picker(picker)
{
    setObjectName("newCustomerSheet");
    setAccessibleName(tr("New customer"));
    auto *layout = new QVBoxLayout(panel());
    layout->setContentsMargins(theme.px(24), theme.px(20), theme.px(24), theme.px(16));
    layout->setSpacing(theme.px(8));
    layout->addWidget(new TextLabel(
        theme, Type::TitleMedium, [](const Colors &c) { return c.text.primary; }, tr("New customer"), panel()));
    layout->addSpacing(theme.px(4));
    m_name = new QLineEdit(panel());
    m_name->setObjectName("newCustomerName");
    m_name->setAccessibleName(tr("Name"));
    m_name->setMaxLength(200);
    auto *nameLabel = new TextLabel(theme, Type::Meta, secondary(), tr("Name"), panel());
    nameLabel->setBuddy(m_name);
    layout->addWidget(nameLabel);
    layout->addWidget(m_name);
    layout->addWidget(new TextLabel(theme, Type::Meta, secondary(), tr("Addresses"), panel()));
    m_rows = new QVBoxLayout;
    m_rows->setSpacing(theme.px(6));
    layout->addLayout(m_rows);
    m_more = new Button(theme, Button::Look::Ghost, tr("Another address"), panel());
    m_more->setObjectName("anotherAddress");
    m_more->setIconName("plus");
    m_more->setHeightClass(24);
    layout->addWidget(m_more, 0, Qt::AlignLeading);
    m_problem = new TextLabel(
        theme, Type::Meta, [](const Colors &c) { return c.status.danger.fg; }, {}, panel());
    m_problem->setObjectName("newCustomerProblem");
    m_problem->setWordWrap(true);
    layout->addWidget(m_problem);
    m_openHolder = new Button(theme, Button::Look::Normal, {}, panel());
    m_openHolder->setObjectName("openHolder");
    m_openHolder->setIconName("user");
    layout->addWidget(m_openHolder, 0, Qt::AlignLeading);
    auto *companyLabel = new TextLabel(theme, Type::Meta, secondary(), tr("Company, if there is one"), panel());
    layout->addWidget(companyLabel);
    m_companyButton = new Button(theme, Button::Look::Normal, {}, panel());
    m_companyButton->setObjectName("newCustomerCompany");
    m_companyButton->setMenuArrow(true);
    companyLabel->setBuddy(m_companyButton);
    layout->addWidget(m_companyButton);
    layout->addStretch(1);
    auto *foot = new QHBoxLayout;
    auto *cancel = new Button(theme, Button::Look::Ghost, tr("Cancel"), panel());
    m_save = new Button(theme, Button::Look::Primary, tr("Add customer"), panel());
    m_save->setObjectName("saveCustomer");
    m_save->setKey(QStringLiteral("Ctrl ↵"));
    foot->addStretch(1);
    foot->addWidget(cancel);
    foot->addWidget(m_save);
    layout->addLayout(foot);

    connect(m_more, &QAbstractButton::clicked, this, [this] {
        AddressRow *row = addRow(Channel::Phone);
        fit();
        row->address->setFocus(Qt::OtherFocusReason);
    });
    connect(m_name, &QLineEdit::textEdited, this, [this] { say({}); });
    connect(m_name, &QLineEdit::returnPressed, this, [this] { focusNextChild(); });
    connect(m_openHolder, &QAbstractButton::clicked, this, [this] {
        dismiss();
        emit customerWanted(m_holder);
    });
    connect(m_companyButton, &QAbstractButton::clicked, this, &NewCustomerSheet::pickCompany);
    connect(cancel, &QAbstractButton::clicked, this, &Overlay::dismiss);
    connect(m_save, &QAbstractButton::clicked, this, &NewCustomerSheet::save);
}

void NewCustomerSheet::keyPressEvent(QKeyEvent *event)
{
    if (!isConfirm(*event))
        return Overlay::keyPressEvent(event);
    if (m_save->isEnabled())
        save();
}

bool NewCustomerSheet::holdsWork() const
{
    return !m_name->text().isEmpty() || !filled().isEmpty();
}

void NewCustomerSheet::open()
{
    ++m_question;
    while (const QLayoutItem *item = m_rows->itemAt(0)) {
        QWidget *row = item->widget();
        m_rows->removeWidget(row);
        delete row;
    }
    m_name->clear();
    m_company = {};
    m_companyName.clear();
    addRow(Channel::Email);
    say({});
    const bool may = model::may(m_workspace.agent(), model::Permission::ManageCompanies);
    m_companyButton->setEnabled(may);
    m_companyButton->setToolTip(may ? QString() : whyNot(model::Permission::ManageCompanies));
    showCompany();
    m_save->setEnabled(true);
    fit();
    m_name->setFocus(Qt::PopupFocusReason);
    whenDone(m_workspace.channelAccounts(), this, [this](Result<std::vector<model::ChannelAccount>> accounts) {
        if (accounts)
            m_accounts = std::move(*accounts);
    });
    whenDone(m_workspace.companies(), this, [this](Result<std::vector<model::Company>> companies) {
        if (companies)
            m_companies = std::move(*companies);
    });
}

void NewCustomerSheet::fit()
{
    panel()->layout()->activate();
    const int width = m_theme.px(kWidth);
    const int tall = panel()->layout()->hasHeightForWidth() ? panel()->layout()->heightForWidth(width)
                                                            : panel()->layout()->sizeHint().height();
    const QSize size(width, std::max(m_theme.px(340), tall));
    if (isVisible())
        resizePanel(size);
    else
        openCentred(size);
}

NewCustomerSheet::AddressRow *NewCustomerSheet::addRow(Channel channel)
{
    auto *row = new AddressRow(m_theme, panel());
    row->setChannel(channel);
    QWidget *before = m_name; // Tab comes to it behind the row above
    if (m_rows->count() > 0)
        before = static_cast<AddressRow *>(m_rows->itemAt(m_rows->count() - 1)->widget())->remove;
    for (QWidget *part :
         {static_cast<QWidget *>(row->kind), static_cast<QWidget *>(row->address), static_cast<QWidget *>(row->remove)}) {
        setTabOrder(before, part);
        before = part;
    }
    m_rows->addWidget(row);
    connect(row->kind, &QAbstractButton::clicked, this, [this, row] { pickKind(row); });
    connect(row->address, &QLineEdit::textEdited, this, [this] { say({}); });
    connect(row->address, &QLineEdit::returnPressed, this, &NewCustomerSheet::save);
    connect(row->remove, &QAbstractButton::clicked, this, [this, row] {
        if (m_rows->count() == 1) {
            row->address->clear();
            row->address->setFocus(Qt::OtherFocusReason);
        } else {
            row->hide();
            row->setObjectName({});
            m_rows->removeWidget(row);
            row->deleteLater();
            m_name->setFocus(Qt::OtherFocusReason);
        }
        m_more->setEnabled(m_rows->count() < kMostAddresses);
        say({});
    });
    m_more->setEnabled(m_rows->count() < kMostAddresses);
    row->show();
    return row;
}

QList<NewCustomerSheet::AddressRow *> NewCustomerSheet::filled() const
{
    QList<AddressRow *> rows;
    for (int i = 0; i < m_rows->count(); ++i) {
        auto *row = static_cast<AddressRow *>(m_rows->itemAt(i)->widget());
        if (!row->address->text().trimmed().isEmpty())
            rows.append(row);
    }
    return rows;
}

void NewCustomerSheet::pickKind(AddressRow *row)
{
    Picker::Question question{.objectName = "addressPicker", .placeholder = tr("Which kind of address")};
    for (const Channel channel : kToldChannels)
        question.choices.append(
            Choice{.id = QString::number(int(channel)), .text = channelName(channel), .icon = iconOf(channel)});
    question.apply = [row = QPointer(row)](const Choice &choice) {
        if (!row)
            return;
        row->setChannel(Channel(choice.id.toInt()));
        row->address->setFocus(Qt::OtherFocusReason);
    };
    m_picker.raise();
    m_picker.ask(QRect(row->kind->mapToGlobal(QPoint()), row->kind->size()), std::move(question));
}

void NewCustomerSheet::pickCompany()
{
    Picker::Question question{.objectName = "companyPicker", .placeholder = tr("Company")};
    for (const model::Company &company : m_companies)
        question.choices.append(Choice{.id = QString::fromStdString(company.id.text()),
                                       .text = QString::fromStdString(company.name),
                                       .checked = company.id == m_company});
    question.choices.append(Choice{.id = "none", .text = tr("None"), .icon = "close"});
    question.interpret = [this](const QString &typed) -> std::optional<Choice> {
        const QString name = typed.simplified().left(200);
        const auto same = [&](const model::Company &company) {
            return QString::fromStdString(company.name).compare(name, Qt::CaseInsensitive) == 0;
        };
        if (name.isEmpty() || std::ranges::any_of(m_companies, same))
            return {};
        return Choice{.id = "new", .text = tr("New company “%1”").arg(name), .detail = name, .icon = "plus"};
    };
    question.apply = [this](const Choice &choice) {
        m_company = model::CompanyId::fromText(choice.id.toStdString()).value_or(model::CompanyId());
        m_companyName = choice.id == u"new" ? choice.detail : m_company.isNull() ? QString() : choice.text;
        showCompany();
    };
    m_picker.raise();
    m_picker.ask(QRect(m_companyButton->mapToGlobal(QPoint()), m_companyButton->size()), std::move(question));
}

void NewCustomerSheet::showCompany()
{
    m_companyButton->setText(m_companyName.isEmpty() ? tr("None") : m_companyName);
    m_companyButton->setAccessibleName(tr("Company: %1").arg(m_companyButton->text()));
    m_companyButton->updateGeometry();
}

void NewCustomerSheet::say(const QString &problem, AddressRow *at)
{
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    m_openHolder->hide();
    m_holder = {};
    if (at)
        at->address->setFocus(Qt::OtherFocusReason);
    if (isVisible())
        fit();
}

void NewCustomerSheet::save()
{
    if (!m_save->isEnabled())
        return; // one save is under way
    const QString name = m_name->text().simplified();
    if (name.isEmpty() || name.toUtf8().size() > kMostNameBytes) {
        say(name.isEmpty() ? tr("Say what the customer is called.") : tr("This is too long for a name."));
        m_name->setFocus(Qt::OtherFocusReason);
        return;
    }
    const QList<AddressRow *> rows = filled();
    if (rows.isEmpty()) {
        say(tr("Give one address at least, so that what they write finds them."),
            static_cast<AddressRow *>(m_rows->itemAt(0)->widget()));
        return;
    }
    std::vector<Typed> addresses;
    for (AddressRow *row : rows)
        addresses.push_back({row->channel, row->address->text().trimmed().toStdString()});
    ++m_question;
    m_save->setEnabled(false);
    check(std::move(addresses), 0);
}

void NewCustomerSheet::check(std::vector<Typed> addresses, std::size_t at)
{
    if (at == addresses.size())
        return give(addresses);
    const Typed asked = addresses[at];
    whenDone(m_workspace.addressHolder(asked.channel, asked.text), this,
             [this, addresses = std::move(addresses), at,
              question = m_question](Result<std::optional<store::AddressHolder>> holder) mutable {
                 if (question != m_question || !isVisible())
                     return;
                 const QList<AddressRow *> rows = filled();
                 AddressRow *row = at < std::size_t(rows.size()) ? rows[qsizetype(at)] : nullptr;
                 const QString typed = QString::fromStdString(addresses[at].text);
                 if (holder && !*holder)
                     return check(std::move(addresses), at + 1);
                 m_save->setEnabled(true);
                 if (!holder && holder.error().kind != Error::Kind::Invalid)
                     return say(tr("The copy on this computer could not be read. Try again."));
                 if (!holder)
                     return say(addresses[at].channel == Channel::Email
                                    ? tr("“%1” is no mail address. One looks like name@example.com.").arg(typed)
                                    : tr("“%1” is no number that can be called. Begin it with the code of its country, such "
                                         "as +44.")
                                          .arg(typed),
                                row);
                 const QString name = QString::fromStdString((*holder)->name);
                 say(tr("%1 has %2 already.").arg(name, typed), row);
                 m_holder = (*holder)->customer;
                 m_openHolder->setText(tr("Open %1").arg(name));
                 m_openHolder->show();
                 fit();
             });
}

void NewCustomerSheet::give(const std::vector<Typed> &addresses)
{
    const auto customer = m_workspace.makeId<model::CustomerId>();
    const QString name = m_name->text().simplified();
    std::vector<model::CommandBody> commands{model::AddCustomer{customer, name.toStdString()}};
    std::set<std::pair<Channel, std::string>> given;
    for (const Typed &typed : addresses) {
        const std::string region = model::regionFor(m_accounts, typed.channel);
        const std::string address = model::normalised(typed.channel, typed.text, region).value_or(typed.text);
        if (given.emplace(typed.channel, address).second)
            commands.push_back(
                model::AddIdentity{m_workspace.makeId<model::IdentityId>(), customer, typed.channel, address});
    }
    if (!m_companyName.isEmpty()) {
        model::CompanyId company = m_company;
        if (company.isNull()) {
            company = m_workspace.makeId<model::CompanyId>();
            commands.push_back(model::SaveCompany{{.id = company, .name = m_companyName.toStdString()}});
        }
        commands.push_back(model::SetCompany{customer, company});
    }
    whenDone(m_workspace.submit(std::move(commands)), this, [this, customer, name](const Result<client::Submitted> &kept) {
        m_save->setEnabled(true);
        if (!kept) {
            emit notKept();
            return;
        }
        dismiss();
        emit added(customer, name);
    });
}

} // namespace tributary::ui
