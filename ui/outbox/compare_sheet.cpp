#include "ui/outbox/compare_sheet.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollArea>

namespace tributary::ui {
namespace {

constexpr int kWidth = 720, kHeight = 480;
constexpr qsizetype kMostOfText = 4000; ///< Characters of a text that is only to be compared.

/// A text in a bubble of its own, as on the timeline.
class Bubble : public QWidget {
public:
    Bubble(const Theme &theme, const QString &heading, const QString &text, bool own, QWidget *parent)
        : QWidget(parent)
        , m_theme(theme)
        , m_own(own)
    {
        auto *layout = new QVBoxLayout(this);
        layout->setContentsMargins(theme.px(12), theme.px(8), theme.px(12), theme.px(8));
        layout->setSpacing(theme.px(2));
        if (!heading.isEmpty())
            layout->addWidget(new TextLabel(
                theme, Type::Meta, [](const Colors &c) { return c.bubble.meta; }, heading, this));
        auto *body = new TextLabel(
            theme, Type::BodyLarge, [](const Colors &c) { return c.bubble.text; }, text, this);
        body->setWordWrap(true);
        body->setTextFormat(Qt::PlainText);
        body->setLayoutDirection(directionOf(text, layoutDirection())); // what was said keeps its own side
        layout->addWidget(body);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colors &c = m_theme.colors();
        paint::roundRect(painter, rect(), m_theme.px(10), m_own ? c.bubble.outgoing : c.bubble.incoming);
    }

private:
    const Theme &m_theme;
    bool m_own;
};

} // namespace

CompareSheet::CompareSheet(const Theme &theme, const Clock &clock, QWidget *window)
    : Overlay(theme, window, Ground::Scrim)
    , m_clock(clock)
{
    setObjectName("compareSheet");
    auto *head = new QWidget(panel());
    m_title = new TextLabel(
        theme, Type::TitleMedium, [](const Colors &c) { return c.text.primary; }, {}, head);
    m_title->setObjectName("compareTitle");
    auto *top = new QHBoxLayout(head);
    top->setContentsMargins(theme.px(20), theme.px(16), theme.px(20), theme.px(12));
    top->addWidget(m_title, 1);
    m_columns = new QScrollArea(panel());
    m_columns->setFrameShape(QFrame::NoFrame);
    m_columns->setWidgetResizable(true);
    m_columns->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_columns->setFocusPolicy(Qt::TabFocus);
    m_columns->viewport()->setAutoFillBackground(false);
    auto *foot = new Surface(
        theme, [](const Colors &) { return QColor(Qt::transparent); }, Surface::Top, panel());
    m_discard = new Button(theme, Button::Look::Ghost, {}, foot);
    m_edit = new Button(theme, Button::Look::Normal, {}, foot);
    m_send = new Button(theme, Button::Look::Primary, tr("Send anyway"), foot);
    m_send->setKey(QStringLiteral("Ctrl ↵"));
    m_discard->setObjectName("compareDiscard");
    m_edit->setObjectName("compareEdit");
    m_send->setObjectName("compareSend");
    auto *buttons = new QHBoxLayout(foot);
    buttons->setContentsMargins(theme.px(20), theme.px(10), theme.px(20), theme.px(10));
    buttons->setSpacing(theme.px(8));
    buttons->addWidget(m_discard);
    buttons->addStretch(1);
    buttons->addWidget(m_edit);
    buttons->addWidget(m_send);
    auto *layout = new QVBoxLayout(panel());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(head);
    layout->addWidget(m_columns, 1);
    layout->addWidget(foot);
    connect(m_send, &QAbstractButton::clicked, this, [this] { choose(&CompareSheet::sendAnyway); });
    connect(m_edit, &QAbstractButton::clicked, this, [this] { choose(&CompareSheet::edit); });
    connect(m_discard, &QAbstractButton::clicked, this, [this] { choose(&CompareSheet::discard); });
}

void CompareSheet::ask(Question question)
{
    m_title->setText(question.title);
    setAccessibleName(question.title);
    m_edit->setText(question.edit);
    m_discard->setText(question.discard);
    m_discard->setVisible(!question.discard.isEmpty());
    std::vector<std::pair<QString, QString>> since;
    for (const model::TimelineItem &item : question.items) {
        const bool customer = item.kind == model::TimelineItem::Kind::Inbound;
        const QString who = customer || item.authorName.empty() ? question.name : QString::fromStdString(item.authorName);
        QString text = QString::fromStdString(item.body).left(kMostOfText).trimmed();
        if (text.isEmpty())
            text = item.attachments.empty() ? QString::fromStdString(item.subject) : tr("Attachments");
        //: Who wrote something, and when.
        since.push_back({tr("%1, %2").arg(isolated(who), m_format.stamp(item.at, m_clock.now())), text});
    }
    if (since.empty())
        since.push_back({QString(), tr("It is not on this computer any more.")});
    auto *both = new QWidget;
    auto *layout = new QHBoxLayout(both);
    layout->setContentsMargins(m_theme.px(20), 0, m_theme.px(20), m_theme.px(16));
    layout->setSpacing(m_theme.px(20));
    layout->addWidget(column(tr("Your text"), {{QString(), question.mine.left(kMostOfText)}}, true), 1, Qt::AlignTop);
    layout->addWidget(column(tr("Said since you last looked"), since, false), 1, Qt::AlignTop);
    m_columns->setWidget(both);
    both->setAutoFillBackground(false);
    openCentred(QSize(m_theme.px(kWidth), m_theme.px(kHeight)));
    m_edit->setFocus(Qt::PopupFocusReason); // the way on that sends nothing
}

QWidget *CompareSheet::column(const QString &heading, const std::vector<std::pair<QString, QString>> &texts, bool own)
{
    auto *made = new QWidget;
    auto *layout = new QVBoxLayout(made);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(m_theme.px(8));
    layout->addWidget(new TextLabel(
        m_theme, Type::MetaStrong, [](const Colors &c) { return c.text.tertiary; }, heading, made));
    for (const auto &[who, text] : texts)
        layout->addWidget(new Bubble(m_theme, who, text, own, made));
    return made;
}

void CompareSheet::choose(void (CompareSheet::*answer)())
{
    dismiss();
    emit(this->*answer)();
}

void CompareSheet::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && event->modifiers() & Qt::ControlModifier) {
        choose(&CompareSheet::sendAnyway);
        event->accept();
        return;
    }
    Overlay::keyPressEvent(event);
}

} // namespace tributary::ui
