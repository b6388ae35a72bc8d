#include "ui/customer/merge_sheet.h"

#include "ui/customer/merge_strip.h"
#include "ui/customer/panel_rows.h"
#include "ui/customer/people_words.h"
#include "ui/shell/key_router.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollArea>
#include <QStyle>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

constexpr int kWidth = 880, kHeight = 704, kMargin = 24, kLabel = 132, kGap = 8;

QString q(const std::string &text)
{
    return QString::fromStdString(text);
}

/// Where the two columns are, in a widget as wide as the sheet.
std::pair<QRect, QRect> columns(const QWidget *of, const Theme &theme, int top, int height)
{
    const int first = theme.px(kMargin + kLabel), room = of->width() - first - theme.px(kMargin);
    const int wide = (room - theme.px(kGap)) / 2;
    const QRect one(first, top, wide, height), other(first + wide + theme.px(kGap), top, wide, height);
    return {QStyle::visualRect(of->layoutDirection(), of->rect(), one),
            QStyle::visualRect(of->layoutDirection(), of->rect(), other)};
}

void paintName(QPainter &painter, const QWidget *of, const Theme &theme, const QString &name)
{
    const QRect box(theme.px(kMargin), 0, theme.px(kLabel - 12), of->height());
    paint::text(painter, QStyle::visualRect(of->layoutDirection(), of->rect(), box), theme.font(Type::Meta),
                theme.colors().text.secondary, name, Qt::AlignLeading, of->layoutDirection());
    paint::line(painter, QRectF(0, of->height() - 1, of->width(), 1), theme.colors().border.subtle);
}

} // namespace

/// One thing that is the same of both, or is not.
class MergeSheet::SignView : public QWidget {
public:
    SignView(const Theme &theme, const MergeSignal &sign)
        : m_theme(theme)
        , m_sign(sign)
    {
        setObjectName("mergeSign");
        setProperty("same", sign.same);
        //: What a merge is decided by, for a screen reader; %1 is "Same name, Layla".
        setAccessibleName(sign.same ? MergeSheet::tr("Speaks for it: %1").arg(sign.words)
                                    : MergeSheet::tr("Speaks against it: %1").arg(sign.words));
        setToolTip(sign.words);
        followTheme(theme, this);
    }
    QSize sizeHint() const override
    {
        return {int(paint::textWidth(m_theme.font(Type::Meta), m_sign.words)) + m_theme.px(36), m_theme.px(20)};
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colors &c = m_theme.colors();
        const int glyph = m_theme.px(14), before = m_theme.px(20);
        const auto place = [this](int x, int wide, int tall) {
            return QStyle::visualRect(layoutDirection(), rect(), QRect(x, (height() - tall) / 2, wide, tall));
        };
        m_theme.icons().paint(painter, place(0, glyph, glyph), m_sign.same ? "check-circle" : "close",
                              m_sign.same ? c.status.success.fg : c.text.tertiary);
        paint::text(painter, place(before, width() - before, height()), m_theme.font(Type::Meta),
                    m_sign.same ? c.text.primary : c.text.secondary, m_sign.words, Qt::AlignLeading, layoutDirection());
    }

private:
    const Theme &m_theme;
    MergeSignal m_sign;
};

/// Who stays or joins: avatar, name, since when and how much.
class MergeSheet::PersonHead : public QWidget {
public:
    PersonHead(const Theme &theme, QWidget *parent)
        : QWidget(parent)
        , m_avatar(new AvatarView(theme, 40, this))
        , m_name(new TextLabel(
              theme, Type::BodyStrong, [](const Colors &c) { return c.text.primary; }, {}, this))
        , m_role(new Button(theme, Button::Look::Chip, {}, this))
        , m_words(new TextLabel(
              theme, Type::Meta, [](const Colors &c) { return c.text.secondary; }, {}, this))
    {
        m_role->setFocusPolicy(Qt::NoFocus);
        m_role->setAttribute(Qt::WA_TransparentForMouseEvents);
        m_role->setHeightClass(18);
        auto *row = new QHBoxLayout(this);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(theme.px(12));
        row->addWidget(m_avatar);
        auto *lines = new QVBoxLayout;
        lines->setSpacing(theme.px(1));
        auto *first = new QHBoxLayout;
        first->setSpacing(theme.px(8));
        first->addWidget(m_name);
        first->addWidget(m_role);
        first->addStretch(1);
        lines->addStretch(1);
        lines->addLayout(first);
        lines->addWidget(m_words);
        lines->addStretch(1);
        row->addLayout(lines, 1);
    }
    void show(const store::MergeSide &side, bool stays, const TimeFormat &format)
    {
        const QString name = shownName(side.card);
        m_avatar->setPerson(name, side.card.customer.id.bytes);
        m_name->setText(name);
        m_role->setText(stays ? MergeSheet::tr("Stays") : MergeSheet::tr("Joins"));
        m_role->setTone([stays](const Theme &theme) {
            const Colors &c = theme.colors();
            return stays ? Tone{c.accent.text, c.accent.tint, {}} : c.status.neutral;
        });
        const QString since =
            format.locale().toString(format.dateOf(side.card.customer.createdAt), QStringLiteral("MMMM yyyy"));
        //: %1 is a month, %2 "5 conversations", %3 "42 items".
        m_words->setText(MergeSheet::tr("Since %1, %2, %3")
                             .arg(since, MergeSheet::tr("%n conversation(s)", nullptr, int(side.conversations)),
                                  MergeSheet::tr("%n item(s)", nullptr, int(side.items))));
        setAccessibleName(stays ? MergeSheet::tr("%1 stays. %2").arg(name, m_words->text())
                                : MergeSheet::tr("%1 joins. %2").arg(name, m_words->text()));
    }

private:
    AvatarView *m_avatar;
    TextLabel *m_name;
    Button *m_role;
    TextLabel *m_words;
};

/// A field in which the two differ: two choices side by side, one of them taken. The arrow keys choose.
class MergeSheet::PickRow : public QWidget {
public:
    PickRow(const Theme &theme, const MergeField &field, bool changed, QWidget *parent)
        : QWidget(parent)
        , m_theme(theme)
        , m_field(field)
        , m_changed(changed)
    {
        setObjectName("mergeField");
        setProperty("field", q(field.id));
        setProperty("changed", changed);
        setFixedHeight(theme.px(36));
        setFocusPolicy(field.decided.isEmpty() ? Qt::StrongFocus : Qt::NoFocus);
        setToolTip(field.decided);
        describe();
        followTheme(theme, this);
    }
    std::function<void(bool takesJoining)> picked;

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const Colors &c = m_theme.colors();
        if (m_changed)
            painter.fillRect(rect(), c.status.warning.tint);
        paintName(painter, this, m_theme, m_field.label);
        const auto [stays, joins] = columns(this, m_theme, m_theme.px(3), height() - m_theme.px(6));
        paintChoice(painter, stays, m_field.stays, !m_field.takesJoining);
        paintChoice(painter, joins, m_field.joins, m_field.takesJoining);
        if (focusByKey(this))
            paint::focusRing(painter, m_theme, QRectF(m_field.takesJoining ? joins : stays).adjusted(2, 2, -2, -2),
                             m_theme.px(6));
    }
    void mousePressEvent(QMouseEvent *event) override
    {
        const auto [stays, joins] = columns(this, m_theme, 0, height());
        if (stays.contains(event->pos()))
            pick(false);
        else if (joins.contains(event->pos()))
            pick(true);
    }
    void keyPressEvent(QKeyEvent *event) override
    {
        const bool rtl = layoutDirection() == Qt::RightToLeft;
        switch (event->key()) {
        case Qt::Key_Left: return pick(rtl);
        case Qt::Key_Right: return pick(!rtl);
        case Qt::Key_Space: return pick(!m_field.takesJoining);
        default: QWidget::keyPressEvent(event);
        }
    }

private:
    void paintChoice(QPainter &painter, const QRect &box, const QString &text, bool on)
    {
        const Colors &c = m_theme.colors();
        if (on)
            paint::roundRect(painter, box, m_theme.px(6), c.bg.selected);
        const int side = m_theme.px(16);
        const QRect dot = QStyle::visualRect(
            layoutDirection(), box, QRect(box.left() + m_theme.px(12), box.center().y() - side / 2 + 1, side, side));
        const bool fixed = !m_field.decided.isEmpty();
        const QColor color = fixed ? c.text.disabled : on ? c.accent.fill : c.border.strong;
        painter.setBrush(c.bg.field);
        painter.setPen(QPen(color, 1.5));
        painter.drawEllipse(QRectF(dot).adjusted(1, 1, -1, -1));
        if (on) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(color);
            painter.drawEllipse(QRectF(dot).adjusted(4.5, 4.5, -4.5, -4.5));
        }
        const QRect words = box.adjusted(m_theme.px(38), 0, -m_theme.px(8), 0);
        paint::text(painter, QStyle::visualRect(layoutDirection(), box, words), m_theme.font(Type::Meta),
                    text.isEmpty() ? c.text.tertiary
                    : on           ? c.text.primary
                                   : c.text.secondary,
                    text.isEmpty() ? MergeSheet::tr("None") : text, Qt::AlignLeading, layoutDirection());
    }
    void pick(bool joining)
    {
        if (!m_field.decided.isEmpty() || m_field.takesJoining == joining)
            return;
        m_field.takesJoining = joining;
        describe();
        update();
        if (picked)
            picked(joining);
    }
    void describe()
    {
        const QString taken = m_field.takesJoining ? m_field.joins : m_field.stays;
        const QString other = m_field.takesJoining ? m_field.stays : m_field.joins;
        const QString none = MergeSheet::tr("None");
        //: A field of a merge for a screen reader: its name, the value that stays, the other one.
        QString words = MergeSheet::tr("%1: %2 is kept, not %3")
                            .arg(m_field.label, taken.isEmpty() ? none : taken, other.isEmpty() ? none : other);
        if (m_changed)
            words += MergeSheet::tr(". Changed meanwhile");
        setAccessibleName(words);
        setAccessibleDescription(m_field.decided);
    }

    const Theme &m_theme;
    MergeField m_field;
    bool m_changed;
};

/// What comes together whatever is chosen: identities, tags, orders.
class MergeSheet::TogetherRow : public QWidget {
public:
    struct Part {
        QString text;
        std::optional<Strand> strand;
        bool isTag = false;
    };
    TogetherRow(const Theme &theme, const QString &name, QList<Part> stays, QList<Part> joins, bool changed, QWidget *parent)
        : QWidget(parent)
        , m_theme(theme)
        , m_name(name)
        , m_stays(std::move(stays))
        , m_joins(std::move(joins))
        , m_changed(changed)
    {
        setObjectName("mergeTogether");
        setProperty("changed", changed);
        setFixedHeight(theme.px(44));
        QStringList all;
        for (const Part &part : m_stays + m_joins)
            all.append(part.text);
        //: What two customers have together after a merge.
        QString words = MergeSheet::tr("%1, of both: %2").arg(name, all.join(QStringLiteral(", ")));
        if (changed)
            words += MergeSheet::tr(". Changed meanwhile");
        setAccessibleName(words);
        setToolTip(all.join(QStringLiteral(", ")));
        followTheme(theme, this);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        if (m_changed)
            painter.fillRect(rect(), m_theme.colors().status.warning.tint);
        paintName(painter, this, m_theme, m_name);
        const auto [stays, joins] = columns(this, m_theme, m_theme.px(7), height() - m_theme.px(14));
        paintParts(painter, stays, m_stays);
        paintParts(painter, joins, m_joins);
    }

private:
    void paintParts(QPainter &painter, const QRect &box, const QList<Part> &parts)
    {
        if (parts.isEmpty())
            return;
        const Colors &c = m_theme.colors();
        paint::roundRect(painter, box, m_theme.px(6), c.bg.selected);
        const auto place = [&](int x, int wide, int tall) {
            return QStyle::visualRect(layoutDirection(), box,
                                      QRect(box.left() + x, box.center().y() - tall / 2 + 1, wide, tall));
        };
        const int side = m_theme.px(16), glyph = m_theme.px(14);
        const QRect check = place(m_theme.px(12), side, side);
        paint::roundRect(painter, check, m_theme.px(4), c.accent.fill);
        m_theme.icons().paint(painter, check.adjusted(2, 2, -2, -2), "check", c.accent.onFill);
        int x = m_theme.px(38);
        const QFont &font = m_theme.font(Type::Meta);
        for (int i = 0; i < parts.size(); ++i) {
            const Part &part = parts[i];
            const int inset = part.isTag ? m_theme.px(6) : 0, before = part.strand ? glyph + m_theme.px(5) : 0;
            const int needs = int(paint::textWidth(font, part.text)) + 2 + before + 2 * inset;
            const int room = box.width() - x - m_theme.px(8);
            const int rest = int(parts.size()) - i;
            if (needs > room && i > 0) {
                paint::text(painter, place(x, room, box.height()), font, c.text.secondary,
                            MergeSheet::tr("and %n more", nullptr, rest), Qt::AlignLeading, layoutDirection());
                return;
            }
            const int wide = std::min(needs, room);
            if (part.isTag)
                paint::roundRect(painter, place(x, wide, m_theme.px(20)), m_theme.px(4), {}, c.border.normal);
            if (part.strand)
                m_theme.icons().paint(painter, place(x, glyph, glyph), iconOf(*part.strand),
                                      toneOf(m_theme, *part.strand).fg);
            paint::text(painter, place(x + before + inset, wide - before - 2 * inset, box.height()), font, c.text.primary,
                        part.text, Qt::AlignLeading, layoutDirection());
            x += wide + m_theme.px(part.isTag ? 6 : 12);
        }
    }

    const Theme &m_theme;
    QString m_name;
    QList<Part> m_stays, m_joins;
    bool m_changed;
};

/// What of the two comes together, before it is a row.
struct MergeSheet::Together {
    QString name;
    QList<TogetherRow::Part> stays, joins;
};

MergeSheet::MergeSheet(const Theme &theme, const Clock &clock, QWidget *window)
    : Overlay(theme, window, Ground::Scrim)
    , m_clock(clock)
{
    setObjectName("mergeSheet");
    setAccessibleName(tr("Merge two customers"));
    const auto inset = [&theme](QBoxLayout *row, int top, int bottom) {
        row->setContentsMargins(theme.px(kMargin), theme.px(top), theme.px(kMargin), theme.px(bottom));
    };
    auto *head = new Surface(
        theme, [](const Colors &) { return QColor(Qt::transparent); }, Surface::Bottom, panel());
    auto *headRow = new QHBoxLayout(head);
    inset(headRow, 14, 14);
    auto *title = new TextLabel(
        theme, Type::TitleMedium, [](const Colors &c) { return c.text.primary; }, tr("Merge two customers"), head);
    headRow->addWidget(title, 1);
    auto *close = new Button(theme, Button::Look::Icon, {}, head);
    close->setIconName("close");
    close->setToolTip(tr("Close (Esc)"));
    close->setAccessibleName(tr("Close"));
    headRow->addWidget(close);
    auto *why = new Surface(
        theme, [](const Colors &) { return QColor(Qt::transparent); }, Surface::Bottom, panel());
    m_signPlace = new QVBoxLayout(why);
    inset(m_signPlace, 10, 10);
    m_signPlace->setSpacing(theme.px(6));
    auto *whyRow = new QHBoxLayout;
    whyRow->setSpacing(theme.px(8));
    m_evidence = new TextLabel(
        theme, Type::BodyStrong, [](const Colors &c) { return c.text.primary; }, {}, why);
    m_reason = new TextLabel(
        theme, Type::Meta, [](const Colors &c) { return c.text.secondary; }, {}, why);
    m_evidence->setObjectName("mergeEvidence");
    m_reason->setObjectName("mergeReason");
    m_reason->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    whyRow->addWidget(m_evidence, 1);
    whyRow->addWidget(m_reason);
    m_signPlace->addLayout(whyRow);
    m_news = new TextLabel(
        theme, Type::Meta, [](const Colors &c) { return c.text.primary; }, {}, why);
    m_news->setObjectName("mergeNews");
    m_news->setWordWrap(true);
    m_signPlace->addWidget(m_news);
    auto *pair = new Surface(
        theme, [](const Colors &c) { return c.bg.sunken; }, Surface::Bottom, panel());
    pair->setFixedHeight(theme.px(66));
    auto *pairRow = new QHBoxLayout(pair);
    inset(pairRow, 8, 8);
    pairRow->setSpacing(theme.px(kGap));
    auto *swapPlace = new QWidget(pair);
    swapPlace->setFixedWidth(theme.px(kLabel - kGap));
    auto *swapRow = new QHBoxLayout(swapPlace);
    swapRow->setContentsMargins(0, 0, 0, 0);
    m_swap = new Button(theme, Button::Look::Normal, tr("Swap"), swapPlace);
    m_swap->setIconName("swap");
    m_swap->setKey("S");
    m_swap->setObjectName("mergeSwap");
    m_swap->setToolTip(tr("The other one stays (S)"));
    swapRow->addWidget(m_swap);
    swapRow->addStretch(1);
    pairRow->addWidget(swapPlace);
    m_stayHead = new PersonHead(theme, pair);
    m_joinHead = new PersonHead(theme, pair);
    pairRow->addWidget(m_stayHead, 1);
    pairRow->addWidget(m_joinHead, 1);
    m_scroll = new QScrollArea(panel());
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->viewport()->setAutoFillBackground(false);
    auto *stripPlace = new Surface(
        theme, [](const Colors &) { return QColor(Qt::transparent); }, Surface::Top, panel());
    auto *stripRow = new QHBoxLayout(stripPlace);
    inset(stripRow, 12, 4);
    m_strip = new MergeStrip(theme, stripPlace);
    stripRow->addWidget(m_strip);
    auto *foot = new Surface(
        theme, [](const Colors &) { return QColor(Qt::transparent); }, Surface::Top, panel());
    auto *footRow = new QHBoxLayout(foot);
    inset(footRow, 12, 12);
    footRow->setSpacing(theme.px(8));
    m_foot = new TextLabel(
        theme, Type::Meta, [](const Colors &c) { return c.text.secondary; }, {}, foot);
    m_foot->setObjectName("mergeFoot");
    m_apart = new Button(theme, Button::Look::Ghost, tr("Not the same"), foot);
    m_apart->setObjectName("mergeApart");
    m_apart->setToolTip(tr("Two people: do not propose them again (Shift+Y)"));
    m_cancel = new Button(theme, Button::Look::Normal, tr("Cancel"), foot);
    m_merge = new Button(theme, Button::Look::Primary, tr("Merge customers"), foot);
    m_cancel->setObjectName("mergeCancel");
    m_merge->setObjectName("mergeNow");
    m_merge->setKey(QStringLiteral("Ctrl ↵"));
    for (Button *button : {m_apart, m_cancel, m_merge})
        button->setHeightClass(32);
    footRow->addWidget(m_foot, 1, Qt::AlignVCenter);
    footRow->addWidget(m_apart);
    footRow->addWidget(m_cancel);
    footRow->addWidget(m_merge);
    auto *layout = new QVBoxLayout(panel());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(head);
    layout->addWidget(why);
    layout->addWidget(pair);
    layout->addWidget(m_scroll, 1);
    layout->addWidget(stripPlace);
    layout->addWidget(foot);
    connect(close, &QAbstractButton::clicked, this, &Overlay::dismiss);
    connect(m_cancel, &QAbstractButton::clicked, this, &Overlay::dismiss);
    connect(m_swap, &QAbstractButton::clicked, this, &MergeSheet::swap);
    connect(m_apart, &QAbstractButton::clicked, this, &MergeSheet::keepApart);
    connect(m_merge, &QAbstractButton::clicked, this, &MergeSheet::merge);
    connect(&theme, &Theme::changed, this, [this] {
        if (isVisible())
            show();
    });
}

void MergeSheet::ask(store::MergePair pair, TimePoint since)
{
    m_again = false;
    take(std::move(pair), since);
    open();
}

void MergeSheet::askAgain(store::MergePair pair, TimePoint since)
{
    const bool areSame = pair.one.card.customer.id == m_pair.one.card.customer.id
                         && pair.other.card.customer.id == m_pair.other.card.customer.id;
    m_again = true;
    m_compared = areSame;
    if (!areSame) { // others were looked at meanwhile: what these said is not known any more
        take(std::move(pair), since);
        return open();
    }
    m_pair = std::move(pair);
    m_since = since;
    m_changed.clear();
    m_plan = planOf(stays(), joins(), m_pair.fields, m_picks, m_format, m_clock.now());
    const std::vector<Row> now = shownRows();
    const auto compare = [this](const std::vector<Row> &these, const std::vector<Row> &those) {
        for (const Row &row : these) {
            const QString &name = std::get<0>(row);
            if (std::ranges::find(those, row) == those.end() && !m_changed.contains(name))
                m_changed.append(name);
        }
    };
    compare(now, m_seen);
    compare(m_seen, now); // and what is gone
    // What is the same of both by now is not to be looked for.
    m_equalOpen |= std::ranges::any_of(m_plan.equal, [this](const auto &field) { return m_changed.contains(field.first); });
    open();
}

void MergeSheet::take(store::MergePair pair, TimePoint since)
{
    m_pair = std::move(pair);
    m_since = since;
    m_picks.clear();
    m_changed.clear();
    m_equalOpen = false;
    // Whoever has been known for longer stays, unless others are merged into the other one alone.
    const bool oneHasMembers = m_pair.one.card.members.size() > 1, otherHas = m_pair.other.card.members.size() > 1;
    m_swapped =
        oneHasMembers != otherHas ? otherHas : m_pair.other.card.customer.createdAt < m_pair.one.card.customer.createdAt;
}

void MergeSheet::open()
{
    show();
    openCentred(QSize(m_theme.px(kWidth), m_theme.px(kHeight)));
    m_cancel->setFocus(Qt::PopupFocusReason); // Enter alone merges nobody
}

void MergeSheet::setLinked(bool linked)
{
    m_linked = linked;
    showFoot();
}

void MergeSheet::swap()
{
    m_swapped = !m_swapped;
    show();
}

void MergeSheet::merge()
{
    if (!m_merge->isEnabled())
        return;
    model::MergeCustomers command =
        commandOf(m_plan, stays(), joins(), m_pair.suggestion ? m_pair.suggestion->evidence : m_known.evidence());
    const QString here = shownName(stays().card), there = shownName(joins().card);
    dismiss();
    emit mergeWanted(command, here, there);
}

void MergeSheet::keepApart()
{
    if (!m_pair.suggestion)
        return;
    const model::SuggestionId suggestion = m_pair.suggestion->id;
    const QString one = shownName(m_pair.one.card), other = shownName(m_pair.other.card);
    dismiss();
    emit apartWanted(suggestion, one, other);
}

void MergeSheet::showFoot()
{
    QString problem;
    if (!m_linked)
        problem = tr("Merging needs the hub, which is not reached now.");
    m_merge->setEnabled(problem.isEmpty());
    m_merge->setToolTip(problem);
    if (problem.isEmpty()) {
        m_foot->setText(m_plan.joinsHasMembers
                            ? tr("Whoever was merged into %1 comes along. You can undo this at any time, from the timeline.")
                                  .arg(shownName(joins().card))
                            : tr("You can undo this at any time, from the timeline."));
    } else {
        m_foot->setText(problem);
    }
    m_foot->setWordWrap(true);
    m_foot->setColor(problem.isEmpty() ? ColorOf([](const Colors &c) { return c.text.secondary; })
                                       : ColorOf([](const Colors &c) { return c.status.danger.fg; }));
}

void MergeSheet::showEvidence()
{
    m_known = evidenceOf(m_pair);
    m_evidence->setText(m_again ? tr("One of the two has been changed meanwhile.") : m_known.verdict);
    m_reason->setText(m_again ? tr("Look at it, and merge again.") : m_known.count);
    m_news->setVisible(m_again);
    if (!m_compared)
        m_news->setText(tr("Others were looked at meanwhile. All is shown as it is now."));
    else if (m_changed.isEmpty())
        m_news->setText(tr("No row says anything else than before. All is shown as it is now."));
    else
        //: %1 are the names of rows that have changed: "Name, Note and Tags".
        m_news->setText(tr("Changed: %1. All is shown as it is now.").arg(m_format.locale().createSeparatedList(m_changed)));
    delete m_signs;
    if (m_known.signs.empty())
        return;
    m_signs = new FlowRow(m_theme.px(4));
    for (const MergeSignal &sign : m_known.signs)
        m_signs->add(new SignView(m_theme, sign));
    m_signPlace->addWidget(m_signs);
}

std::vector<MergeSheet::Together> MergeSheet::together() const
{
    const auto identities = [](const store::MergeSide &side) {
        QList<TogetherRow::Part> parts;
        for (const model::Identity &identity : side.card.identities)
            parts.append(
                {q(identity.channel == model::Channel::WebChat && !identity.name.empty() ? identity.name : identity.shown),
                 strandOf(identity.channel)});
        return parts;
    };
    const auto tags = [](const store::MergeSide &side) {
        QList<TogetherRow::Part> parts;
        std::set<std::string> all;
        for (const model::Customer &member : side.card.members)
            all.insert(member.tags.begin(), member.tags.end());
        for (const std::string &tag : all)
            parts.append({q(tag), std::nullopt, true});
        return parts;
    };
    const auto orders = [](const store::MergeSide &side) {
        return side.orders == 0 ? QList<TogetherRow::Part>()
                                : QList<TogetherRow::Part>{{tr("%n order(s)", nullptr, int(side.orders)), std::nullopt}};
    };
    std::vector<Together> all{{tr("Identities"), identities(stays()), identities(joins())},
                              {tr("Tags"), tags(stays()), tags(joins())},
                              {tr("Orders"), orders(stays()), orders(joins())}};
    std::erase_if(all, [](const Together &one) { return one.stays.isEmpty() && one.joins.isEmpty(); });
    return all;
}

std::vector<MergeSheet::Row> MergeSheet::shownRows() const
{
    const auto words = [](const QList<TogetherRow::Part> &parts) {
        QStringList all;
        for (const TogetherRow::Part &part : parts)
            all.append(part.text);
        return all.join(u'\n');
    };
    std::vector<Row> all;
    for (const MergeField &field : m_plan.differing)
        all.emplace_back(field.label, field.stays, field.joins);
    for (const Together &both : together())
        all.emplace_back(both.name, words(both.stays), words(both.joins));
    for (const auto &[name, value] : m_plan.equal)
        all.emplace_back(name, value, value);
    return all;
}

void MergeSheet::show()
{
    m_plan = planOf(stays(), joins(), m_pair.fields, m_picks, m_format, m_clock.now());
    showEvidence();
    m_stayHead->show(stays(), true, m_format);
    m_joinHead->show(joins(), false, m_format);

    auto *rows = new QWidget;
    rows->setAutoFillBackground(false);
    auto *layout = new QVBoxLayout(rows);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    for (const MergeField &field : m_plan.differing) {
        auto *row = new PickRow(m_theme, field, m_changed.contains(field.label), rows);
        row->picked = [this, id = field.id](bool joining) {
            m_picks[id] = joining ? joins().card.customer.id : stays().card.customer.id;
            m_plan = planOf(stays(), joins(), m_pair.fields, m_picks, m_format, m_clock.now());
        };
        layout->addWidget(row);
    }
    for (Together &both : together())
        layout->addWidget(new TogetherRow(m_theme, both.name, std::move(both.stays), std::move(both.joins),
                                          m_changed.contains(both.name), rows));
    if (!m_plan.equal.empty()) {
        auto *fold =
            new Button(m_theme, Button::Look::Ghost, tr("%n equal field(s)", nullptr, int(m_plan.equal.size())), rows);
        fold->setIconName(m_equalOpen ? "chevron-down" : "chevron-right");
        fold->setHeightClass(24);
        fold->setObjectName("mergeEqual");
        connect(
            fold, &QAbstractButton::clicked, this,
            [this] {
                m_equalOpen = !m_equalOpen;
                show();
            },
            Qt::QueuedConnection);
        auto *line = new QHBoxLayout;
        line->setContentsMargins(sided(m_theme.px(kMargin - 8), m_theme.px(6), m_theme.px(kMargin), m_theme.px(6)));
        line->addWidget(fold);
        line->addStretch(1);
        layout->addLayout(line);
        for (const auto &[name, value] : m_plan.equal) {
            if (m_equalOpen)
                layout->addWidget(new TogetherRow(m_theme, name, {{value, std::nullopt}}, {{value, std::nullopt}},
                                                  m_changed.contains(name), rows));
        }
    }
    layout->addStretch(1);
    m_scroll->setWidget(rows);
    rows->setAutoFillBackground(false);
    m_strip->show(stays(), joins(), shownName(joins().card), m_since, m_clock.now());
    m_apart->setVisible(m_pair.suggestion.has_value());
    m_seen = shownRows();
    showFoot();
}

void MergeSheet::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && event->modifiers() & Qt::ControlModifier) {
        merge();
        event->accept();
        return;
    }
    const QString name = KeyRouter::nameOf(*event); // by its place where the layout has no Latin letters
    if (name == u"S" || name == u"Shift+Y") {
        if (name == u"S")
            swap();
        else
            keepApart();
        event->accept();
        return;
    }
    Overlay::keyPressEvent(event);
}

} // namespace tributary::ui
