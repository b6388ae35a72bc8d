#include "ui/search/command_palette.h"

#include "ui/shell/when_done.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QStyle>
#include <cmath>

namespace tributary::ui {
namespace {

constexpr int kWidth = 640, kTop = 112, kField = 52, kFootHeight = 40, kMostHeight = 480, kRow = 36;
constexpr std::int64_t kPeople = 5, kMessages = 8;
/// So long what was found for the text before may stay alone on the screen: mostly both answers are here before, and are one
/// frame.
constexpr int kPatienceMs = 12;

} // namespace

/// The keys that work here.
class CommandPalette::Foot : public QWidget {
public:
    Foot(const Theme &theme, QWidget *parent)
        : QWidget(parent)
        , m_theme(theme)
    {
        setFixedHeight(theme.px(kFootHeight));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colors &c = m_theme.colors();
        paint::roundRect(painter, QRectF(rect()).adjusted(0, -12, 0, 0), m_theme.px(12), c.bg.list);
        painter.fillRect(0, 0, width(), 1, c.border.subtle);
        const QFont &font = m_theme.font(Type::Meta);
        using Hint = std::pair<QString, QString>; // key and words; no words: the next key belongs to it
        const int gap = m_theme.px(4), apart = m_theme.px(14);
        const auto wordsWidth = [&](const QString &text) { return int(std::ceil(paint::textWidth(font, text))) + 2; };
        const auto widthOf = [&](const QList<Hint> &hints) {
            int wide = -apart;
            for (const auto &[key, text] : hints)
                wide += int(paint::keycapSize(m_theme, key).width()) + gap + (text.isEmpty() ? 0 : wordsWidth(text) + apart);
            return wide;
        };
        int x = m_theme.px(16);
        const auto put = [&](const QString &key, const QString &text) {
            const QSizeF cap = paint::keycapSize(m_theme, key);
            const QRect capAt(x, (height() - int(cap.height())) / 2, int(cap.width()), int(cap.height()));
            paint::keycap(painter, m_theme, QStyle::visualRect(layoutDirection(), rect(), capAt), key);
            x += int(cap.width()) + gap;
            if (text.isEmpty())
                return;
            const int wide = wordsWidth(text);
            paint::text(painter, QStyle::visualRect(layoutDirection(), rect(), QRect(x, 0, wide, height())), font,
                        c.text.tertiary, text, Qt::AlignLeading, layoutDirection());
            x += wide + apart;
        };
        const QList<Hint> keys{{QStringLiteral("↑"), {}},
                               {QStringLiteral("↓"), CommandPalette::tr("move")},
                               {CommandPalette::tr("Enter"), CommandPalette::tr("run")},
                               {CommandPalette::tr("Esc"), CommandPalette::tr("close")}};
        const QList<Hint> kinds{{QStringLiteral(">"), CommandPalette::tr("actions")},
                                {QStringLiteral("@"), CommandPalette::tr("people")},
                                {QStringLiteral("#"), CommandPalette::tr("messages")}};
        for (const auto &[key, text] : keys)
            put(key, text);
        x = std::max(x, width() - m_theme.px(16) - widthOf(kinds));
        for (const auto &[key, text] : kinds)
            put(key, text);
    }

private:
    const Theme &m_theme;
};

CommandPalette::CommandPalette(const Theme &theme, const Clock &clock, client::Workspace &workspace, ActionRegistry &actions,
                               QWidget *window)
    : Overlay(theme, window, Ground::Scrim)
    , m_clock(clock)
    , m_workspace(workspace)
    , m_actions(actions)
    , m_field(new QLineEdit(panel()))
    , m_context(new Button(theme, Button::Look::Chip, {}, panel()))
    , m_list(new ChoiceList(theme, kRow, panel()))
    , m_foot(new Foot(theme, panel()))
{
    panel()->setObjectName("palette");
    panel()->setAccessibleName(tr("Search and commands"));
    m_field->setObjectName("paletteField");
    m_field->setFrame(false);
    m_field->setPlaceholderText(tr("Search people, messages and commands"));
    m_field->setAccessibleName(m_field->placeholderText());
    QFont font = theme.font(Type::BodyLarge);
    font.setPixelSize(theme.px(16));
    m_field->setFont(font);
    m_field->installEventFilter(this);
    m_context->setTone([](const Theme &t) { return Tone{t.colors().accent.text, t.colors().accent.tint, {}}; });
    m_context->setFocusPolicy(Qt::NoFocus);
    m_list->setObjectName("paletteList");
    m_list->setAccessibleName(tr("Found"));

    class Glass : public QWidget {
    public:
        Glass(const Theme &theme, QWidget *parent)
            : QWidget(parent)
            , m_theme(theme)
        {
            setFixedSize(theme.px(18), theme.px(18));
        }

    protected:
        void paintEvent(QPaintEvent *) override
        {
            QPainter painter(this);
            m_theme.icons().paint(painter, rect(), "search", m_theme.colors().text.tertiary);
        }

    private:
        const Theme &m_theme;
    };
    auto *top = new Surface(
        theme, [](const Colors &) { return QColor(Qt::transparent); }, Surface::Bottom, panel());
    top->setFixedHeight(theme.px(kField));
    auto *row = new QHBoxLayout(top);
    row->setContentsMargins(theme.px(16), 0, theme.px(16), 0);
    row->setSpacing(theme.px(12));
    row->addWidget(new Glass(theme, top));
    row->addWidget(m_field, 1);
    row->addWidget(m_context);
    auto *layout = new QVBoxLayout(panel());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(top);
    layout->addSpacing(theme.px(4));
    layout->addWidget(m_list, 1);
    layout->addSpacing(theme.px(4));
    layout->addWidget(m_foot);
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatienceMs);
    connect(&m_patience, &QTimer::timeout, this, &CommandPalette::showNow);
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::search);
    connect(m_list, &ChoiceList::chosen, this, &CommandPalette::run);
}

void CommandPalette::open(const std::optional<store::ConversationRow> &row)
{
    m_row = row;
    m_context->setVisible(row.has_value());
    if (row)
        m_context->setText(QString::fromStdString(row->customerName.empty() ? row->identityShown : row->customerName));
    m_field->clear();
    m_field->setPlaceholderText(tr("Search people, messages and commands"));
    m_answers = {};
    whenDone(m_workspace.companies(), this, [this](Result<std::vector<model::Company>> companies) {
        if (!companies)
            return;
        m_answers.companies = std::move(*companies);
        if (isVisible() && !m_answers.typed.isEmpty() && !m_patience.isActive())
            showNow();
    });
    openCentred(QSize(m_theme.px(kWidth), m_theme.px(kMostHeight)), m_theme.px(kTop));
    refresh(false);
    m_field->setFocus(Qt::PopupFocusReason);
}

void CommandPalette::setText(const QString &text)
{
    m_field->setText(text);
}

QList<Choice> CommandPalette::choices() const
{
    return m_list->choices();
}

void CommandPalette::search()
{
    PaletteAnswers fresh = parsePalette(m_field->text());
    const bool people = fresh.prefix.isNull() || fresh.prefix == u'@';
    const bool messages = fresh.prefix.isNull() || fresh.prefix == u'#';
    // What was found for the shorter text stays until the answer is here: nothing flickers between keys.
    if (!fresh.typed.isEmpty()) {
        if (people)
            fresh.people = std::move(m_answers.people);
        if (messages)
            fresh.messages = std::move(m_answers.messages);
    }
    fresh.companies = std::move(m_answers.companies);
    fresh.places = m_places;
    m_answers = std::move(fresh);
    const std::uint64_t question = ++m_question;
    m_isFresh = true;
    m_waiting = m_answers.typed.isEmpty() ? 0 : int(people) + int(messages);
    if (m_waiting == 0)
        return showNow();
    if (!m_patience.isActive()) // also of who types faster than that
        m_patience.start();
    m_field->setUpdatesEnabled(false); // the letter is on the screen with what it finds
    const std::string text = m_answers.typed.toStdString();
    if (people) {
        whenDone(m_workspace.searchPeople(text, kPeople), this,
                 [this, question](const Result<std::vector<store::PersonHit>> &hits) {
                     if (question == m_question)
                         answered(hits, m_answers.people);
                 });
    }
    if (messages) {
        whenDone(m_workspace.searchItems(text, kMessages), this,
                 [this, question](const Result<std::vector<store::SearchHit>> &hits) {
                     if (question == m_question)
                         answered(hits, m_answers.messages);
                 });
    }
}

template<class Hits>
void CommandPalette::answered(const Result<Hits> &hits, Hits &into)
{
    if (hits)
        into = *hits;
    if (--m_waiting == 0 || !m_patience.isActive())
        showNow();
}

/// What is there by now for the text that is typed.
void CommandPalette::showNow()
{
    m_patience.stop();
    m_field->setUpdatesEnabled(true);
    refresh(!std::exchange(m_isFresh, false));
}

void CommandPalette::refresh(bool keepCurrent)
{
    QList<Choice> rows = paletteChoices(m_answers, m_actions, m_row.has_value(), m_theme, m_format, m_clock.now());
    if (rows.isEmpty()) {
        const QString words = !m_answers.typed.isEmpty() ? tr("Nothing found on this computer for “%1”").arg(m_answers.typed)
                              : m_answers.prefix == u'#' ? tr("Type a word that stands in a message")
                                                         : tr("Type a name, an address or a number");
        rows.append(Choice{.text = words, .enabled = false});
    }
    m_list->setChoices(std::move(rows), m_answers.typed.section(u' ', 0, 0), keepCurrent);
    const int wanted = m_list->contentHeight() + m_theme.px(kField + kFootHeight + 8);
    resizePanel(QSize(m_theme.px(kWidth), std::min(wanted, m_theme.px(kMostHeight))));
}

void CommandPalette::run(const Choice &choice)
{
    const QString kind = choice.id.section(u':', 0, 0), rest = choice.id.section(u':', 1);
    dismiss();
    if (kind == QLatin1String("action")) {
        // After the palette is gone, so that the action finds focus where it was.
        QMetaObject::invokeMethod(
            this, [this, rest] { m_actions.action(rest)->trigger(); }, Qt::QueuedConnection);
    } else if (kind == QLatin1String("person")) {
        if (const auto id = model::CustomerId::fromText(rest.toStdString()))
            emit customerChosen(*id);
    } else if (kind == QLatin1String("company")) {
        if (const auto id = model::CompanyId::fromText(rest.toStdString()))
            emit companyChosen(*id);
    } else if (kind == QLatin1String("place")) {
        emit placeChosen(rest);
    } else if (kind == QLatin1String("item")) {
        const auto conversation = model::ConversationId::fromText(rest.section(u':', 0, 0).toStdString());
        const auto item = model::TimelineItemId::fromText(rest.section(u':', 1).toStdString());
        if (conversation)
            emit conversationChosen(*conversation, item);
    }
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        const bool chooses = key == Qt::Key_Down || key == Qt::Key_Up || key == Qt::Key_Return || key == Qt::Key_Enter;
        if (chooses && m_patience.isActive())
            showNow(); // of what was typed
        switch (key) {
        case Qt::Key_Down: m_list->step(1); return true;
        case Qt::Key_Up: m_list->step(-1); return true;
        case Qt::Key_Escape: dismiss(); return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (const std::optional<Choice> choice = m_list->currentChoice())
                run(*choice);
            return true;
        default: break;
        }
    }
    return Overlay::eventFilter(watched, event);
}

} // namespace tributary::ui
