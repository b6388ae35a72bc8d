#include "ui/admin/reopening_page.h"

#include "core/model/addresses.h"
#include "core/model/rights.h"
#include "core/text/host_names.h"
#include "ui/admin/setup_edits.h"
#include "ui/admin/setup_rows.h"
#include "ui/shell/number_box.h"
#include "ui/shell/picker.h"
#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"

#include <QLineEdit>
#include <QSpinBox>
#include <QVBoxLayout>

namespace tributary::ui {

ReopeningPage::ReopeningPage(const AdminTools &tools, QWidget *parent)
    : SetupPage(tools, tr("Channel accounts"), model::Permission::ManageChannels, parent)
    , m_table(new RecordTable(tools.theme, tr("Channel accounts"), reopeningColumns(), this))
    , m_team(new ChoiceButton(tools.theme, tr("Goes to")))
    , m_days(new NumberBox)
    , m_region(new QLineEdit)
    , m_servers(new QLineEdit)
    , m_all(new Button(tools.theme, Button::Look::Normal, tr("Use for all accounts")))
{
    setObjectName("reopeningPage");
    m_table->setObjectName("reopeningTable");
    setTable(m_table);
    mainButton().hide();
    m_team->setObjectName("accountTeam");
    m_teamField = new FormField(tools.theme, tr("Goes to"), m_team);
    pane().addField(m_teamField);
    m_days->setObjectName("reopenDays");
    m_days->setRange(0, int(model::ChannelAccount::kMostReopenDays));
    m_days->setSpecialValueText(tr("Never"));
    m_daysField = new FormField(tools.theme, tr("Days in which it opens again"), m_days);
    pane().addField(m_daysField);
    m_all->setObjectName("reopenForAll");
    pane().body()->insertWidget(pane().body()->count() - 1, m_all, 0, Qt::AlignLeading); // before the stretch
    m_region->setObjectName("accountRegion");
    m_region->setMaxLength(2);
    m_regionField = new FormField(tools.theme, tr("Numbers without a country code"), m_region);
    pane().addField(m_regionField);
    m_servers->setObjectName("believedServers");
    m_servers->setMaxLength(1000);
    m_servers->setPlaceholderText(QStringLiteral("mail.shop.example"));
    m_serversField = new FormField(tools.theme, tr("Servers that are believed about senders"), m_servers);
    pane().addField(m_serversField);

    connect(m_table, &RecordTable::opened, this, [this](const RawId &id) { open(model::ChannelAccountId(id)); });
    connect(m_table, &RecordTable::menuWanted, this, &ReopeningPage::showMenu);
    connect(m_team, &QAbstractButton::clicked, this, &ReopeningPage::pickTeam);
    connect(m_days, &QSpinBox::valueChanged, this, &ReopeningPage::formChanged);
    connect(m_region, &QLineEdit::textEdited, this, &ReopeningPage::regionEdited);
    connect(m_servers, &QLineEdit::textEdited, this, &ReopeningPage::formChanged);
    connect(m_all, &QAbstractButton::clicked, this, &ReopeningPage::useForAll);
}

const model::ChannelAccount *ReopeningPage::opened() const
{
    if (!m_opened)
        return nullptr;
    const auto at = std::ranges::find(setup().accounts, *m_opened, &model::ChannelAccount::id);
    return at == setup().accounts.end() ? nullptr : &*at;
}

std::optional<RawId> ReopeningPage::openedId() const
{
    return m_opened ? std::optional(m_opened->bytes) : std::nullopt;
}

void ReopeningPage::open(model::ChannelAccountId account)
{
    if (isBeingWritten(account.bytes))
        return; // it goes on
    leaveForm();
    m_opened = account;
    m_table->setCurrent(account.bytes);
    m_table->setOpened(account.bytes);
    m_serversRead.reset();
    m_whyNoServers.clear();
    ++m_question;
    showPane(true);
    reloadForm();
}

/// What was typed of one account can be gone back to from another.
void ReopeningPage::leaveForm()
{
    const model::ChannelAccount *left = opened();
    if (!left || !pane().isVisible() || !pane().isDirty())
        return;
    struct Typed {
        std::optional<model::TeamId> team;
        int days;
        QString region, servers;
    };
    const Typed read{m_teamRead, m_daysRead, m_regionRead, m_serversRead.value_or(QString())};
    const Typed typed{m_teamWanted, m_days->value(), m_region->text(), m_servers->text()};
    offerBack(QString::fromStdString(left->name), [this, id = left->id, read, typed, servers = m_serversRead] {
        open(id);
        if (!opened())
            return;
        m_filling = true;
        if (typed.team != read.team)
            m_teamWanted = typed.team;
        if (typed.days != read.days)
            m_days->setValue(typed.days);
        if (typed.region != read.region)
            m_region->setText(typed.region);
        if (servers && typed.servers != read.servers) {
            m_serversRead = servers; // asked anew, and what was typed stays
            m_servers->setText(typed.servers);
        }
        m_filling = false;
        formChanged();
    });
}

void ReopeningPage::askServers()
{
    const model::ChannelAccount *account = opened();
    if (!account || account->channel != model::Channel::Email || !whyReadOnly().isEmpty())
        return;
    const std::uint64_t question = ++m_question;
    whenDone(m_tools.desk.access().believedServers(account->id), this, [this, question](const Result<std::string> &names) {
        if (question != m_question)
            return;
        if (!names) {
            m_whyNoServers = names.error().kind == Error::Kind::NotFound
                                 ? tr("This account is not connected.")
                                 : tr("The hub did not say which they are now. Open the account once more.");
            return showForm();
        }
        const bool isTouched = m_serversRead && m_servers->text() != *m_serversRead;
        m_serversRead = QString::fromStdString(*names);
        m_whyNoServers.clear();
        if (!isTouched)
            m_servers->setText(*m_serversRead);
        showForm();
    });
}

void ReopeningPage::showServers()
{
    const model::ChannelAccount *account = opened();
    m_serversField->setVisible(account && account->channel == model::Channel::Email);
    m_servers->setEnabled(m_serversRead.has_value());
    m_serversField->setHelp(
        !m_whyNoServers.isEmpty() ? m_whyNoServers
        : !m_serversRead          ? (whyReadOnly().isEmpty() ? tr("The hub is asked which they are.") : whyReadOnly())
                         : tr("Your own mail server checks who really sent a mail, and writes into it what it found "
                              "(Authentication-Results), under a name of its own. What stands under the names here is "
                              "believed wherever it stands in a mail. Name only a server that takes out what others write "
                              "in its name; several are parted by commas. Empty is right for most mailboxes."));
}

/// The form shows the words of a refusal, with what was typed.
void ReopeningPage::saveServers(model::ChannelAccountId account, const std::string &names)
{
    const std::optional<QString> before = std::exchange(m_serversRead, QString::fromStdString(names));
    const std::uint64_t question = ++m_question; // an answer on its way is of before
    whenDone(m_tools.desk.access().believeServers(account, names), this, [this, before, question](const Result<void> &done) {
        if (done)
            return;
        const QString words = done.error().kind == Error::Kind::Denied
                                  ? tr("The hub did not take whose findings are believed: you may not change it.")
                                  : tr("The hub did not take whose findings are believed. They are as they were.");
        if (question != m_question)
            return m_tools.toasts.add(words);
        m_serversRead = before;
        formChanged();
        pane().setProblem(words);
    });
}

void ReopeningPage::showAll()
{
    const QList<TableRow> rows = filtered(reopeningRows(setup()), typed());
    m_table->setRows(rows);
    setCount(locale().toString(qint64(setup().accounts.size())));
    if (setup().accounts.empty())
        empty().setWords(tr("No channel accounts yet"),
                         tr("Each has its own time in which a resolved conversation opens again."), {});
    else
        empty().setWords(tr("Nothing matches"), tr("No account here begins with what you typed."), {});
    showEmpty(rows.isEmpty());
    if (!opened() && m_opened)
        closeGone(m_opened->bytes);
    else if (!opened())
        showPane(false);
    else if (!pane().isDirty())
        reloadForm();
    else
        adoptUntouched();
}

/// What others change meanwhile is not put back by saving what they have not changed.
void ReopeningPage::adoptUntouched()
{
    const model::ChannelAccount *account = opened();
    if (!account)
        return;
    m_filling = true;
    if (m_teamWanted == m_teamRead)
        m_teamWanted = account->team;
    if (m_days->value() == m_daysRead)
        m_days->setValue(int(account->reopenDays));
    if (m_region->text() == m_regionRead)
        m_region->setText(QString::fromStdString(account->region));
    m_teamRead = account->team;
    m_daysRead = int(account->reopenDays);
    m_regionRead = QString::fromStdString(account->region);
    m_filling = false;
    formChanged();
}

void ReopeningPage::reloadForm()
{
    const model::ChannelAccount *account = opened();
    if (!account)
        return;
    m_filling = true;
    m_teamWanted = m_teamRead = account->team;
    m_daysRead = int(account->reopenDays);
    m_days->setValue(m_daysRead);
    m_regionRead = QString::fromStdString(account->region);
    m_region->setText(m_regionRead);
    m_servers->setText(m_serversRead.value_or(QString()));
    m_filling = false;
    m_regionField->setProblem({});
    m_serversField->setProblem({});
    pane().setDirty(false);
    showForm();
    if (!m_serversRead && m_whyNoServers.isEmpty())
        askServers();
}

void ReopeningPage::showForm()
{
    const model::ChannelAccount *account = opened();
    if (!account)
        return;
    pane().setTitle(QString::fromStdString(account->name));
    showServers();
    showRegion();
    m_team->setChoice(accountTeam(m_teamWanted, setup()));
    m_teamField->setHelp(
        tr("%1 %2", "two sentences")
            .arg(tr("Whose new conversations of this account are. Those that are there stay where they are."),
                 routingHelp()));
    const QString whyNot = whyNotTeam({*account});
    m_team->setEnabled(whyNot.isEmpty());
    m_team->setToolTip(whyNot);
    const int days = m_days->value();
    m_daysField->setHelp(days == 0 ? tr("Whatever a customer writes to a resolved conversation begins a new one.")
                                   : tr("A customer who writes within %n day(s) after a conversation was resolved opens it "
                                        "again. Later it begins a new one.",
                                        nullptr, days));
    const bool differs =
        std::ranges::any_of(setup().accounts, [days](const model::ChannelAccount &one) { return one.reopenDays != days; });
    const QString why = whyReadOnly();
    m_all->setVisible(setup().accounts.size() > 1);
    m_all->setEnabled(differs && why.isEmpty());
    m_all->setToolTip(!why.isEmpty() ? why : differs ? QString() : tr("All accounts have it already."));
}

/// What becomes of new work where it goes to: without a team it waits for somebody.
QString ReopeningPage::routingHelp() const
{
    const auto team = std::ranges::find_if(setup().teams, [this](const model::Team &one) { return m_teamWanted == one.id; });
    if (team == setup().teams.end())
        return tr("Work is given out by itself within teams alone: what goes to everybody waits until somebody takes it.");
    return team->routing == model::Team::Routing::ByHand
               ? tr("That team takes its work by hand, which is set under Teams.")
               : tr("That team's work is given out by itself, which is set under Teams.");
}

void ReopeningPage::showRegion()
{
    const QString region = m_region->text();
    m_regionField->setHelp(
        model::isRegion(region.toStdString())
            ? tr("A number that is written without a country code is read as one of this country: %1.")
                  .arg(QLocale::territoryToString(QLocale::codeToTerritory(region)))
            : tr("The two letters of a country, such as AE for the United Arab Emirates. A number that is written without a "
                 "country code is read as one from there. Empty is right where all numbers are written with theirs."));
}

/// The letters are large, however they are typed.
void ReopeningPage::regionEdited(const QString &typed)
{
    if (const QString large = typed.toUpper(); large != typed) {
        const int at = m_region->cursorPosition();
        m_region->setText(large);
        m_region->setCursorPosition(at);
    }
    formChanged();
}

bool ReopeningPage::isChangedBesideDays(const model::ChannelAccount &account) const
{
    return m_teamWanted != account.team || m_region->text().toStdString() != account.region
           || (m_serversRead && m_servers->text() != *m_serversRead);
}

void ReopeningPage::formChanged()
{
    const model::ChannelAccount *account = opened();
    if (m_filling || !account)
        return;
    pane().setProblem({});
    m_regionField->setProblem({});
    m_serversField->setProblem({});
    pane().setDirty(m_days->value() != account->reopenDays || isChangedBesideDays(*account));
    showForm();
}

void ReopeningPage::pickTeam()
{
    Picker::Question question{.objectName = "accountTeamPicker",
                              .placeholder = tr("Who gets its new conversations"),
                              .choices = teamChoices(m_teamWanted)};
    question.apply = [this](const Choice &choice) {
        m_teamWanted = model::TeamId::fromText(choice.id.toStdString());
        formChanged();
    };
    m_tools.picker.ask(placeOf(m_team), std::move(question));
}

QList<Choice> ReopeningPage::teamChoices(const std::optional<model::TeamId> &now) const
{
    QList<Choice> choices{Choice{.id = "-", .text = accountTeam({}, setup()), .icon = "inbox", .checked = !now.has_value()}};
    for (const model::Team &team : setup().teams)
        choices.append(Choice{.id = QString::fromStdString(team.id.text()),
                              .text = QString::fromStdString(team.name),
                              .icon = "people",
                              .checked = now == team.id});
    return choices;
}

QString ReopeningPage::whyNotTeam(const Accounts &accounts) const
{
    if (!whyReadOnly().isEmpty())
        return whyReadOnly();
    const auto seen = [this](const model::ChannelAccount &one) { return model::sees(m_tools.desk.me(), one.team); };
    return std::ranges::all_of(accounts, seen) ? QString()
                                               : tr("Only somebody of that team, or who sees everything, changes it.");
}

void ReopeningPage::showMenu(const QList<RawId> &ids, const QRect &place)
{
    Accounts accounts;
    QStringList names;
    for (const model::ChannelAccount &one : setup().accounts) {
        if (!ids.contains(one.id.bytes))
            continue;
        accounts.push_back(one);
        names.append(QString::fromStdString(one.name));
    }
    if (accounts.empty())
        return;
    Picker::Question question{.objectName = "accountMenu", .placeholder = aboutWords(names)};
    if (accounts.size() == 1)
        question.choices.append(Choice{.id = "details", .text = tr("Details"), .icon = "plug", .key = tr("Enter")});
    const QString why = whyReadOnly(), whyTeam = whyNotTeam(accounts);
    question.choices.append(
        Choice{.id = "team", .text = tr("Goes to"), .detail = whyTeam, .icon = "people", .enabled = whyTeam.isEmpty()});
    question.choices.append(Choice{.id = "days",
                                   .text = tr("Days in which it opens again"),
                                   .detail = why,
                                   .icon = "calendar",
                                   .enabled = why.isEmpty()});
    question.apply = [this, accounts, place](const Choice &choice) {
        if (choice.id == u"team")
            pickTeamFor(accounts, place);
        else if (choice.id == u"days")
            pickDaysFor(accounts, place);
        else
            open(accounts.front().id);
    };
    popUp(place, std::move(question));
}

void ReopeningPage::pickTeamFor(const Accounts &accounts, const QRect &place)
{
    QList<Choice> choices = teamChoices(accounts.front().team);
    const auto same = [&accounts](const model::ChannelAccount &one) { return one.team == accounts.front().team; };
    for (Choice &choice : choices)
        choice.checked = choice.checked && std::ranges::all_of(accounts, same);
    Picker::Question question{
        .objectName = "accountTeamPicker", .placeholder = tr("Who gets their new conversations"), .choices = choices};
    question.apply = [this, accounts](const Choice &choice) {
        const auto team = model::TeamId::fromText(choice.id.toStdString());
        for (const model::ChannelAccount &one : accounts) {
            if (one.team != team)
                m_tools.desk.submit(model::SetAccountTeam{one.id, team});
        }
    };
    m_tools.picker.ask(place, std::move(question));
}

void ReopeningPage::pickDaysFor(const Accounts &accounts, const QRect &place)
{
    constexpr int kUsual[]{0, 7, 14, 30, 90};
    const auto choiceOf = [accounts](int days) {
        return Choice{.id = QString::number(days),
                      .text = reopenWords(days),
                      .icon = "calendar",
                      .checked = std::ranges::all_of(
                          accounts, [days](const model::ChannelAccount &one) { return one.reopenDays == days; })};
    };
    Picker::Question question{.objectName = "accountDaysPicker", .placeholder = tr("Days, such as 21")};
    for (const int days : kUsual)
        question.choices.append(choiceOf(days));
    question.interpret = [choiceOf](const QString &typed) -> std::optional<Choice> {
        bool isNumber = false;
        const int days = typed.trimmed().toInt(&isNumber);
        if (!isNumber || days < 0 || days > int(model::ChannelAccount::kMostReopenDays))
            return std::nullopt;
        return choiceOf(days);
    };
    question.apply = [this, accounts](const Choice &choice) {
        for (const model::ChannelAccount &one : accounts) {
            if (one.reopenDays != choice.id.toInt())
                m_tools.desk.submit(model::SetReopenDays{one.id, choice.id.toInt()});
        }
    };
    m_tools.picker.ask(place, std::move(question));
}

bool ReopeningPage::saveForm()
{
    if (!m_opened)
        return false;
    const model::ChannelAccount *account = opened();
    const auto days = account ? account->reopenDays : m_days->value();
    const auto team = account ? account->team : m_teamWanted;
    const model::SetAccountRegion wantedRegion{*m_opened, m_region->text().toStdString()};
    const std::string region = account ? account->region : wantedRegion.region;
    if (wantedRegion.region != region && !wantedRegion.region.empty() && !model::isRegion(wantedRegion.region)) {
        m_regionField->setProblem(tr("No country has these letters. Write those of one, such as AE or GB."));
        m_region->setFocus();
        return false;
    }
    const auto servers = text::hostNames(m_servers->text().toStdString());
    if (!servers) {
        m_serversField->setProblem(tr("Write names of servers, such as mail.shop.example, parted by commas."));
        m_servers->setFocus();
        return false;
    }
    const model::SetReopenDays wantedDays{*m_opened, m_days->value()};
    const model::SetAccountTeam wantedTeam{*m_opened, m_teamWanted};
    pane().setDirty(false);
    if (wantedDays.days != days)
        m_tools.desk.submit(wantedDays);
    if (wantedTeam.team != team)
        m_tools.desk.submit(wantedTeam);
    if (wantedRegion.region != region)
        m_tools.desk.submit(wantedRegion);
    if (m_serversRead && m_serversRead->toStdString() != *servers)
        saveServers(*m_opened, *servers);
    m_servers->setText(m_serversRead.value_or(QString())); // as it is kept
    return true;
}

void ReopeningPage::useForAll()
{
    const int days = m_days->value();
    std::vector<model::ChannelAccountId> others;
    for (const model::ChannelAccount &one : setup().accounts) {
        if (one.reopenDays != days)
            others.push_back(one.id);
    }
    const model::ChannelAccount *mine = opened();
    pane().setDirty(mine && isChangedBesideDays(*mine));
    for (const model::ChannelAccountId &account : others)
        m_tools.desk.submit(model::SetReopenDays{account, days});
}

bool ReopeningPage::refused(const model::CommandBody &body)
{
    if (const auto *team = std::get_if<model::SetAccountTeam>(&body); team && m_opened == team->account && opened()) {
        m_teamWanted = team->team; // what was chosen is not lost
        formChanged();
        return true;
    }
    if (const auto *region = std::get_if<model::SetAccountRegion>(&body);
        region && m_opened == region->account && opened()) { // what was typed is not lost
        m_region->setText(QString::fromStdString(region->region));
        formChanged();
        return true;
    }
    const auto *set = std::get_if<model::SetReopenDays>(&body);
    const bool isMine = set && m_opened == set->account;
    if (isMine && opened()) { // what was typed is not lost
        m_days->setValue(int(set->days));
        formChanged();
    }
    return isMine;
}

void ReopeningPage::formClosed()
{
    m_opened.reset();
    ++m_question;
    m_table->setOpened({});
}

} // namespace tributary::ui
