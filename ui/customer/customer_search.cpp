#include "ui/customer/customer_search.h"

#include "core/model/addresses.h"
#include "core/model/masks.h"
#include "ui/shell/when_done.h"
#include "ui/theme/channel_look.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QTimer>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

constexpr int kWidth = 360, kRow = 36, kMostRows = 8, kAskAgainMs = 300;
constexpr qsizetype kLeastKnown = 4; ///< Letters or digits: fewer find too many.

/// The digits behind the last gap of a number, as people write it: `0172` of `+971 50 555 0172`.
QString lastDigits(const QString &number)
{
    qsizetype from = number.size();
    while (from > 0 && number[from - 1].isDigit())
        --from;
    return number.mid(from);
}

} // namespace

QStringList knownOf(const store::CustomerCard &card, std::string_view region)
{
    QStringList known;
    const auto add = [&known](const QString &words) {
        if (words.size() >= kLeastKnown && !known.contains(words))
            known.append(words);
    };
    for (const model::Customer &member : card.members) {
        for (const auto &[key, value] : member.attributes) {
            if (model::isConfidential(key))
                continue;
            for (const model::Channel channel : {model::Channel::Email, model::Channel::Phone}) {
                if (const auto address = model::normalised(channel, value, region))
                    add(QString::fromStdString(*address));
            }
        }
    }
    for (const model::Identity &identity : card.identities)
        add(QString::fromStdString(identity.name));
    for (const model::Identity &identity : card.identities) {
        const QString address = QString::fromStdString(model::shownAddress(identity.channel, identity.address));
        if (address.contains(u'•')) // hidden from who looks
            continue;
        if (model::hasNumbers(identity.channel)) {
            add(address);
            add(lastDigits(address));
        } else if (identity.channel == model::Channel::Email) {
            QString person = address.section(u'@', 0, 0);
            for (const QChar between : QStringLiteral("._-+"))
                person.replace(between, u' ');
            add(person.simplified());
        }
    }
    return known;
}

CustomerSearch::CustomerSearch(const Theme &theme, client::Workspace &workspace, QWidget *window)
    : Overlay(theme, window, Ground::Clear)
    , m_workspace(workspace)
    , m_field(new QLineEdit(panel()))
    , m_list(new ChoiceList(theme, kRow, panel()))
{
    setObjectName("customerSearch");
    m_field->setObjectName("customerSearchField");
    m_field->installEventFilter(this);
    auto *layout = new QVBoxLayout(panel());
    layout->setContentsMargins(0, theme.px(8), 0, theme.px(8));
    layout->setSpacing(theme.px(4));
    auto *inset = new QVBoxLayout;
    inset->setContentsMargins(theme.px(8), 0, theme.px(8), theme.px(2));
    inset->addWidget(m_field);
    layout->addLayout(inset);
    layout->addWidget(m_list, 1);
    connect(m_field, &QLineEdit::textChanged, this, &CustomerSearch::search);
    connect(m_list, &ChoiceList::chosen, this, &CustomerSearch::choose);
}

void CustomerSearch::ask(const QRect &anchor, Question question)
{
    m_question = std::move(question);
    m_field->setPlaceholderText(m_question.placeholder);
    m_field->setAccessibleName(m_question.placeholder);
    m_field->clear();
    openAt(anchor, QSize(m_theme.px(kWidth), m_theme.px(120)));
    search();
    m_field->setFocus(Qt::PopupFocusReason);
    tryKnown();
}

/// The next of what is known stands in the field, to be typed over; nothing does where none of it finds anybody.
void CustomerSearch::tryKnown()
{
    m_field->setText(m_question.known.isEmpty() ? QString() : m_question.known.front());
    m_field->selectAll();
}

void CustomerSearch::search()
{
    m_keys.clear(); // they were meant for what stood there
    read();
}

void CustomerSearch::read()
{
    if (typed().isEmpty())
        return show({}, tr("Type a name, an address or a number"));
    whenDone(m_workspace.searchPeople(typed().toStdString(), 20), this,
             [this, typed = typed()](const Result<std::vector<store::PersonHit>> &hits) {
                 if (typed != this->typed())
                     return;
                 if (!hits && hits.error().kind == Error::Kind::Conflict) { // another screen has asked: after it
                     QTimer::singleShot(kAskAgainMs, this, [this, typed] {
                         if (isVisible() && typed == this->typed())
                             read();
                     });
                     return;
                 }
                 if (!hits)
                     return show({}, tr("The people on this computer could not be read. Try again."));
                 QList<Choice> people;
                 std::set<model::CustomerId> seen{m_question.except};
                 for (const store::PersonHit &hit : *hits) {
                     if (!seen.insert(hit.customer).second)
                         continue;
                     const QString name = QString::fromStdString(hit.name);
                     const QString shown = QString::fromStdString(hit.identity.shown);
                     people.append(Choice{.id = QString::fromStdString(hit.customer.text()),
                                          .text = name.isEmpty() ? shown : name,
                                          .detail = name.isEmpty() ? channelName(hit.identity.channel) : shown,
                                          .person = name.isEmpty() ? shown : name,
                                          .personId = hit.customer.bytes});
                 }
                 if (people.isEmpty() && !m_question.known.isEmpty() && typed == m_question.known.front()) {
                     m_question.known.removeFirst();
                     return tryKnown();
                 }
                 show(people, tr("Nobody of that name is on this computer"));
             });
}

QString CustomerSearch::typed() const
{
    return m_field->text().trimmed();
}

void CustomerSearch::show(const QList<Choice> &people, const QString &nobody)
{
    QList<Choice> shown = people;
    if (people.isEmpty())
        shown.append(Choice{.text = nobody, .enabled = false});
    if (!m_question.other.isEmpty())
        shown.append(Choice{.id = QStringLiteral("other"), .text = m_question.other, .icon = QStringLiteral("plus")});
    m_list->setChoices(shown, typed());
    if (people.isEmpty())
        m_list->selectionModel()->clear();
    m_listOf = typed();
    const int rows = std::min<int>(kMostRows, int(shown.size()));
    resizePanel(QSize(m_theme.px(kWidth), m_theme.px(kRow) * rows + m_theme.px(22) + m_field->sizeHint().height()));
    for (const int key : std::exchange(m_keys, {}))
        takeKey(key);
}

void CustomerSearch::choose(const Choice &choice)
{
    const auto chosen = m_question.chosen;
    const auto id = model::CustomerId::fromText(choice.id.toStdString());
    if (!id && choice.id != u"other")
        return;
    dismiss();
    if (chosen)
        chosen(id.value_or(model::CustomerId()), choice.text);
}

void CustomerSearch::takeKey(int key)
{
    if (!isVisible())
        return;
    if (m_listOf != typed())
        m_keys.append(key);
    else if (key == Qt::Key_Down || key == Qt::Key_Up)
        m_list->step(key == Qt::Key_Down ? 1 : -1);
    else if (const std::optional<Choice> choice = m_list->currentChoice())
        choose(*choice);
}

bool CustomerSearch::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        switch (const int key = static_cast<QKeyEvent *>(event)->key()) {
        case Qt::Key_Escape: dismiss(); return true;
        case Qt::Key_Down:
        case Qt::Key_Up:
        case Qt::Key_Return:
        case Qt::Key_Enter: takeKey(key); return true;
        default: break;
        }
    }
    return Overlay::eventFilter(watched, event);
}

} // namespace tributary::ui
