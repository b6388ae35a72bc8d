#include "ui/admin/admin_parts.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QScrollArea>
#include <QStyle>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

constexpr int kPaneWidth = 344, kPaneMargin = 16;

QColor primary(const Colors &c)
{
    return c.text.primary;
}
QColor secondary(const Colors &c)
{
    return c.text.secondary;
}
QColor danger(const Colors &c)
{
    return c.status.danger.fg;
}

} // namespace

// --- EmptyNote ------------------------------------------------------------------------------------------------------------

namespace {

class Glyph : public QWidget {
public:
    Glyph(const Theme &theme, QString icon, QWidget *parent)
        : QWidget(parent)
        , m_theme(theme)
        , m_icon(std::move(icon))
    {
        setFixedSize(theme.px(40), theme.px(40));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        m_theme.icons().paint(painter, rect(), m_icon, m_theme.colors().text.tertiary, layoutDirection());
    }

private:
    const Theme &m_theme;
    QString m_icon;
};

} // namespace

EmptyNote::EmptyNote(const Theme &theme, const QString &icon, QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel(theme, Type::TitleMedium, primary, {}, this))
    , m_sentence(new TextLabel(theme, Type::Body, secondary, {}, this))
    , m_button(new Button(theme, Button::Look::Primary, {}, this))
{
    setObjectName("emptyNote");
    m_title->setAlignment(Qt::AlignHCenter);
    m_sentence->setAlignment(Qt::AlignHCenter);
    m_sentence->setWordWrap(true);
    m_sentence->setFixedWidth(theme.px(320));
    auto *layout = new QVBoxLayout(this);
    layout->addStretch(2);
    layout->addWidget(new Glyph(theme, icon, this), 0, Qt::AlignHCenter);
    layout->addSpacing(theme.px(12));
    layout->addWidget(m_title, 0, Qt::AlignHCenter);
    layout->addSpacing(theme.px(4));
    layout->addWidget(m_sentence, 0, Qt::AlignHCenter);
    layout->addSpacing(theme.px(12));
    layout->addWidget(m_button, 0, Qt::AlignHCenter);
    layout->addStretch(3);
}

void EmptyNote::setWords(const QString &title, const QString &sentence, const QString &button)
{
    m_title->setText(title);
    m_sentence->setText(sentence);
    m_button->setText(button);
    m_button->setVisible(!button.isEmpty());
}

// --- FormField ------------------------------------------------------------------------------------------------------------

FormField::FormField(const Theme &theme, const QString &name, QWidget *control, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_control(control)
    , m_words(new TextLabel(theme, Type::Meta, secondary, {}, this))
{
    auto *title = new TextLabel(theme, Type::MetaStrong, secondary, name, this);
    title->setBuddy(control);
    control->setParent(this);
    if (control->accessibleName().isEmpty())
        control->setAccessibleName(name);
    m_words->setWordWrap(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme.px(4));
    layout->addWidget(title);
    layout->addWidget(control);
    layout->addWidget(m_words);
    showWords();
}

void FormField::setHelp(const QString &help)
{
    m_help = help;
    showWords();
}

void FormField::setProblem(const QString &problem)
{
    m_wrong = problem;
    showWords();
}

void FormField::showWords()
{
    const bool wrong = !m_wrong.isEmpty();
    m_words->setColor(wrong ? danger : secondary);
    m_words->setText(wrong ? QStringLiteral("⚠ ") + m_wrong : m_help);
    m_words->setVisible(wrong || !m_help.isEmpty());
    m_control->setAccessibleDescription(wrong ? m_wrong : m_help);
}

// --- ChoiceButton ---------------------------------------------------------------------------------------------------------

ChoiceButton::ChoiceButton(const Theme &theme, const QString &what, QWidget *parent)
    : Button(theme, Look::Normal, {}, parent)
    , m_theme(theme)
    , m_what(what)
{
    setMenuArrow(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ChoiceButton::setChoice(const QString &text)
{
    setText(text);
    setAccessibleName(tr("%1: %2", "a question and what is chosen").arg(m_what, text));
}

QSize ChoiceButton::sizeHint() const
{
    return {m_theme.px(160), m_theme.px(28)};
}

// --- Strip ----------------------------------------------------------------------------------------------------------------

Strip::Strip(const Theme &theme, Tone tone, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_tone(tone)
    , m_words(new TextLabel(
          theme, Type::Meta,
          [tone](const Colors &c) { return tone == Tone::Danger ? c.status.danger.fg : c.status.warning.fg; }, {}, this))
{
    m_words->setWordWrap(true);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(sided(theme.px(40), theme.px(7), theme.px(16), theme.px(7)));
    layout->addWidget(m_words, 1);
    setVisible(false);
    followTheme(theme, this);
}

void Strip::setWords(const QString &words)
{
    m_shown = words;
    m_words->setText(words);
    setAccessibleName(words);
    setVisible(!words.isEmpty());
    fit();
}

void Strip::fit()
{
    const int room = std::max(m_theme.px(120), width() - m_theme.px(56));
    setFixedHeight(std::max(m_theme.px(32), m_words->heightForWidth(room) + m_theme.px(14)));
}

void Strip::resizeEvent(QResizeEvent *event)
{
    fit();
    QWidget::resizeEvent(event);
}

void Strip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colors::Status &status = m_theme.colors().status;
    const ui::Tone &tone = m_tone == Tone::Danger ? status.danger : status.warning;
    painter.fillRect(rect(), tone.tint);
    const int glyph = m_theme.px(14);
    const QRect logical(m_theme.px(16), m_theme.px(9), glyph, glyph);
    m_theme.icons().paint(painter, QStyle::visualRect(layoutDirection(), rect(), logical), "warning", tone.fg);
}

namespace {

/// In red, with the border of a usual button.
class DangerButton : public Button {
public:
    DangerButton(const Theme &theme, QWidget *parent)
        : Button(theme, Look::Normal, {}, parent)
        , m_theme(theme)
    {
        setTone([](const Theme &t) {
            Tone tone = t.colors().status.danger;
            tone.tint = t.colors().bg.raised;
            return tone;
        });
    }

protected:
    void paintEvent(QPaintEvent *event) override
    {
        Button::paintEvent(event);
        QPainter painter(this);
        paint::roundRect(painter, rect(), m_theme.px(6), Qt::transparent, m_theme.colors().border.normal);
    }

private:
    const Theme &m_theme;
};

} // namespace

// --- DetailPane -----------------------------------------------------------------------------------------------------------

DetailPane::DetailPane(const Theme &theme, QWidget *parent)
    : Surface(
        theme, [](const Colors &c) { return c.bg.panel; }, Surface::Start, parent)
    , m_theme(theme)
    , m_avatar(new AvatarView(theme, 24, this))
    , m_title(new TextLabel(theme, Type::TitleMedium, primary, {}, this))
    , m_saved(new TextLabel(theme, Type::Meta, secondary, {}, this))
    , m_close(new Button(theme, Button::Look::Icon, {}, this))
    , m_save(new Button(theme, Button::Look::Primary, tr("Save"), this))
    , m_revert(new Button(theme, Button::Look::Normal, tr("Revert"), this))
    , m_danger(new DangerButton(theme, this))
    , m_problem(new Strip(theme, Strip::Tone::Danger, this))
    , m_form(new QWidget)
    , m_body(new QVBoxLayout(m_form))
{
    setObjectName("detailPane");
    setWide(false);
    connect(&theme, &Theme::changed, this, [this] { setWide(m_wide); });
    m_avatar->hide();
    m_close->setIconName("close");
    m_close->setToolTip(tr("Close the details (Esc)"));
    m_close->setAccessibleName(tr("Close the details"));
    m_close->setObjectName("closeDetails");
    m_save->setObjectName("save");
    m_save->setToolTip(tr("Save (Ctrl+S)"));
    m_revert->setObjectName("revert");
    m_revert->setToolTip(tr("Put back what was saved (Esc)"));
    m_danger->setObjectName("danger");
    m_danger->hide();
    m_saved->setObjectName("savedAt");
    m_saved->hide();

    auto *head = new Surface(
        theme, [](const Colors &) { return QColor(Qt::transparent); }, Surface::Bottom, this);
    head->setFixedHeight(theme.px(48));
    auto *line = new QHBoxLayout(head);
    line->setContentsMargins(sided(theme.px(kPaneMargin), 0, theme.px(8), 0));
    line->setSpacing(theme.px(8));
    line->addWidget(m_avatar);
    line->addWidget(m_title, 1);
    line->addWidget(m_close);

    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setProperty("overlayScrollBar", true);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setWidget(m_form);
    m_form->setAutoFillBackground(false);
    m_body->setContentsMargins(theme.px(kPaneMargin), theme.px(16), theme.px(kPaneMargin), theme.px(16));
    m_body->setSpacing(theme.px(16));
    m_body->addStretch(1);

    auto *foot = new Surface(
        theme, [](const Colors &) { return QColor(Qt::transparent); }, Surface::Top, this);
    foot->setFixedHeight(theme.px(52));
    auto *ways = new QHBoxLayout(foot);
    ways->setContentsMargins(theme.px(kPaneMargin), 0, theme.px(kPaneMargin), 0);
    ways->setSpacing(theme.px(8));
    ways->addWidget(m_save);
    ways->addWidget(m_revert);
    ways->addStretch(1);
    ways->addWidget(m_danger);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(sided(1, 0, 0, 0));
    layout->setSpacing(0);
    layout->addWidget(head);
    layout->addWidget(m_problem);
    layout->addWidget(scroll, 1);
    auto *savedLine = new QHBoxLayout;
    savedLine->setContentsMargins(theme.px(kPaneMargin), 0, theme.px(kPaneMargin), theme.px(8));
    savedLine->addWidget(m_saved);
    layout->addLayout(savedLine);
    layout->addWidget(foot);
    connect(m_close, &QAbstractButton::clicked, this, &DetailPane::closed);
    connect(m_save, &QAbstractButton::clicked, this, &DetailPane::saveWanted);
    connect(m_revert, &QAbstractButton::clicked, this, &DetailPane::revertWanted);
    setDirty(false);
}

void DetailPane::setWide(bool wide)
{
    m_wide = wide;
    setMinimumWidth(wide ? 0 : m_theme.px(kPaneWidth));
    setMaximumWidth(wide ? QWIDGETSIZE_MAX : m_theme.px(kPaneWidth));
}

QString DetailPane::title() const
{
    return m_title->text();
}

void DetailPane::setTitle(const QString &title)
{
    if (title != m_title->text())
        m_hadFocus.clear(); // of another form
    m_title->setText(title);
    m_title->setToolTip({});
    setAccessibleName(tr("Details of %1").arg(title));
}

void DetailPane::setPerson(const QString &name, const RawId &id)
{
    m_avatar->setPerson(name, id);
    m_avatar->setVisible(!name.isEmpty());
}

void DetailPane::addField(FormField *field)
{
    m_body->insertWidget(m_body->count() - 1, field);
}

void DetailPane::setDirty(bool dirty)
{
    m_dirty = dirty;
    m_save->setEnabled(dirty && m_readOnly.isEmpty());
    m_revert->setEnabled(dirty);
}

void DetailPane::setProblem(const QString &words)
{
    m_problem->setWords(words);
}

void DetailPane::setSaved(const QString &words)
{
    m_saved->setText(words);
    m_saved->setVisible(!words.isEmpty());
}

void DetailPane::setReadOnly(const QString &why)
{
    m_readOnly = why;
    // A form that is disabled loses the keyboard: it has it again when it can be written in again.
    QWidget *focus = QApplication::focusWidget();
    if (!why.isEmpty() && m_form->isAncestorOf(focus)) {
        m_hadFocus = focus;
        m_close->setFocus(Qt::OtherFocusReason);
    }
    m_form->setEnabled(why.isEmpty());
    if (why.isEmpty() && m_hadFocus) {
        if (focus == m_close || (!focus && isActiveWindow()))
            m_hadFocus->setFocus(Qt::OtherFocusReason);
        m_hadFocus.clear();
    }
    m_form->setToolTip(why);
    m_save->setToolTip(why.isEmpty() ? tr("Save (Ctrl+S)") : why);
    setDirty(m_dirty);
}

void DetailPane::focusFirst()
{
    for (QWidget *child : m_form->findChildren<QWidget *>()) {
        if (child->isVisibleTo(m_form) && child->isEnabled() && (child->focusPolicy() & Qt::TabFocus)) {
            child->setFocus(Qt::OtherFocusReason);
            if (auto *edit = qobject_cast<QLineEdit *>(child))
                edit->selectAll();
            return;
        }
    }
    m_close->setFocus(Qt::OtherFocusReason);
}

void DetailPane::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape) {
        if (m_dirty)
            emit revertWanted();
        else
            emit closed();
        return;
    }
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (m_dirty && m_save->isEnabled())
            emit saveWanted();
        return;
    }
    Surface::keyPressEvent(event);
}

} // namespace tributary::ui
