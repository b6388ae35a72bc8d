#include "ui/welcome/first_run.h"

#include "ui/welcome/fingerprint_view.h"
#include "ui/welcome/river_art.h"

#include <QHBoxLayout>
#include <QHostAddress>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QTimer>

namespace tributary::ui {
namespace {

constexpr int kEdge = 24; ///< At least this much beside the column.
constexpr int kColumn = 960, kTop = 96, kCardTop = 250, kCardWidth = 296, kDetailsHeight = 88;
constexpr int kCompareHeight = 92; ///< Added where a certificate is compared.
constexpr int kReachHeight = 64;   ///< Added where a hub is made: who can join.
constexpr int kPairs = 16;
constexpr int kFieldStretch = 100; ///< Beside 1 for the room behind the fields.
constexpr int kTypedMs = 300;
constexpr qsizetype kShortestPassword = 12;

enum Reach { ThisComputer, LocalNetwork, Internet };

ColorOf secondary()
{
    return [](const Colors &c) { return c.text.secondary; };
}

} // namespace

QUrl hubAddressFrom(const QString &typed)
{
    QString text = typed.trimmed();
    if (text.isEmpty() || text.contains(u' '))
        return {};
    const bool bare = !text.contains(QLatin1String("://"));
    if (bare)
        text.prepend(QLatin1String("https://"));
    QUrl url(text, QUrl::StrictMode);
    const QString scheme = url.scheme();
    if (!url.isValid() || url.host().isEmpty() || !QStringList{"http", "https", "ws", "wss"}.contains(scheme))
        return {};
    const bool here = url.host() == QLatin1String("localhost") || QHostAddress(url.host()).isLoopback();
    if (bare && here)
        url.setScheme(QStringLiteral("http"));
    if (bare && here && url.port() < 0)
        url.setPort(7600);
    url.setPath({});
    url.setQuery(QString());
    url.setFragment({});
    return url;
}

/// One of the three ways, as a card that can be chosen.
class FirstRun::Card : public QAbstractButton {
public:
    Card(const Theme &theme, Way way, art::Card picture, const QString &title, QString words, QStringList points,
         QWidget *parent)
        : QAbstractButton(parent)
        , way(way)
        , m_theme(theme)
        , m_picture(picture)
        , m_words(std::move(words))
        , m_points(std::move(points))
    {
        setText(title);
        setCheckable(true);
        setAutoExclusive(true);
        setFocusPolicy(Qt::StrongFocus);
        setAccessibleName(title);
        setAccessibleDescription(m_words + u' ' + m_points.join(QStringLiteral(". ")));
        setAttribute(Qt::WA_Hover);
    }
    const Way way;

    /// What its words need at that width.
    int heightFor(int wide) const
    {
        const auto px = [this](qreal size) { return m_theme.px(size); };
        int y = px(157) + wordsHeight(wide) + px(11);
        for (const QString &point : m_points)
            y += std::max(px(16), high(Type::Meta, point, wide - px(62))) + px(6);
        return y + px(20);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colors &c = m_theme.colors();
        const bool rtl = layoutDirection() == Qt::RightToLeft;
        const auto px = [this](qreal size) { return m_theme.px(size); };
        paint::roundRect(painter, rect(), 12, c.bg.surface,
                         isChecked()    ? c.accent.fill
                         : underMouse() ? c.border.strong
                                        : c.border.normal,
                         isChecked() ? 2 : 1);
        art::card(painter, m_theme, QRectF(px(20), px(20), width() - px(40), px(96)), m_picture);
        const auto place = [&](qreal x, qreal y, qreal w, qreal h) { return QRectF(rtl ? width() - x - w : x, y, w, h); };
        const QRectF dot = place(px(20), px(134), px(16), px(16));
        paint::roundRect(painter, dot, px(8), c.bg.field, isChecked() ? c.accent.fill : c.border.strong, 1.5);
        if (isChecked())
            paint::roundRect(painter, dot.adjusted(px(4), px(4), -px(4), -px(4)), px(4), c.accent.fill);
        paint::text(painter, place(px(44), px(132), width() - px(64), px(20)), m_theme.font(Type::TitleMedium),
                    c.text.primary, text(), Qt::AlignLeading, layoutDirection());
        painter.setFont(m_theme.font(Type::Body));
        painter.setPen(c.text.secondary);
        painter.drawText(place(px(20), px(157), width() - px(40), wordsHeight(width())),
                         Qt::AlignLeading | Qt::AlignTop | Qt::TextWordWrap, m_words);
        qreal y = px(157) + wordsHeight(width()) + px(11);
        painter.setFont(m_theme.font(Type::Meta));
        for (const QString &point : m_points) {
            const int tall = std::max(px(16), high(Type::Meta, point, width() - px(62)));
            m_theme.icons().paint(painter, place(px(20), y + px(1), px(14), px(14)), "check", c.accent.text);
            painter.setPen(c.text.secondary);
            painter.drawText(place(px(42), y, width() - px(62), tall), Qt::AlignLeading | Qt::AlignTop | Qt::TextWordWrap,
                             point);
            y += tall + px(6);
        }
        if (focusByKey(this))
            paint::focusRing(painter, m_theme, QRectF(rect()).adjusted(4, 4, -4, -4), 9);
    }

private:
    int high(Type type, const QString &text, int wide) const
    {
        return QFontMetrics(m_theme.font(type)).boundingRect(QRect(0, 0, wide, 10'000), Qt::TextWordWrap, text).height();
    }
    int wordsHeight(int wide) const { return std::max(m_theme.px(38), high(Type::Body, m_words, wide - m_theme.px(40))); }

    const Theme &m_theme;
    art::Card m_picture;
    QString m_words;
    QStringList m_points;
};

FirstRun::FirstRun(Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setObjectName("firstRun");
    m_headline = new TextLabel(
        theme, Type::Display, [](const Colors &c) { return c.text.primary; },
        tr("Every conversation,\none customer, one screen."), this);
    m_lead = new TextLabel(
        theme, Type::BodyLarge, secondary(),
        tr("Tributary keeps its own copy of your work, so it stays fast and keeps going when the network does not. "
           "Choose where the shared copy lives."),
        this);
    m_lead->setWordWrap(true);
    const auto card = [&](Way way, art::Card picture, const QString &title, const QString &words,
                          const QStringList &points) {
        auto *made = new Card(theme, way, picture, title, words, points, this);
        made->setObjectName(QStringLiteral("way%1").arg(int(way) + 1));
        connect(made, &QAbstractButton::clicked, this, [this, way] { choose(way); });
        m_cards.append(made);
    };
    card(Way::Start, art::Card::Hub, tr("Start a hub here"), tr("This computer becomes the meeting point for your team."),
         {tr("Ready in under a minute"), tr("Others can join over your network"), tr("Move it to a server later")});
    card(Way::Connect, art::Card::Connect, tr("Connect to a hub"),
         tr("Your team already runs one. You need its address, or an invitation."),
         {tr("Works with an address or a link"), tr("Checks it as you type"), tr("Fetches open work first")});
    card(Way::Demo, art::Card::Shop, tr("Open the demo shop"), tr("A made-up shop with 60 customers and every channel."),
         {tr("Nothing leaves this computer"), tr("Write to it through its own page"), tr("Gone when you close it")});

    m_details = new QWidget(this);
    auto *lines = new QVBoxLayout(m_details);
    lines->setContentsMargins(20, 0, 20, 0);
    lines->setSpacing(0);
    addReach();
    lines->addWidget(m_reachBox);
    auto *details = new QHBoxLayout;
    m_line = details;
    details->setSpacing(16);
    lines->addLayout(details, 1);
    m_compareBox = new QWidget(m_details);
    auto *compare = new QVBoxLayout(m_compareBox);
    compare->setContentsMargins(0, 0, 0, 12);
    compare->setSpacing(6);
    m_compareWords = new TextLabel(
        theme, Type::Body, [](const Colors &c) { return c.text.primary; }, {}, m_compareBox);
    m_compareWords->setWordWrap(true);
    m_fingerprint = new FingerprintView(theme, kPairs, m_compareBox);
    m_fingerprint->setObjectName("newFingerprint");
    compare->addWidget(m_compareWords);
    compare->addWidget(m_fingerprint);
    compare->addStretch(1);
    lines->addWidget(m_compareBox);
    m_compareBox->setVisible(false);
    const auto box = [this] {
        auto *made = new QWidget(m_details);
        auto *row = new QHBoxLayout(made);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(12);
        return made;
    };
    m_startBox = box();
    m_hubName = field(m_startBox, tr("Hub name"), "hubName", 156);
    m_ownerName = field(m_startBox, tr("Your name"), "ownerName", 156);
    m_email = field(m_startBox, tr("Your e-mail"), "ownerEmail", 184);
    m_password = field(m_startBox, tr("Password, 12+ characters"), "ownerPassword", 184);
    m_password->setEchoMode(QLineEdit::Password);
    // What is left over goes behind the fields: a layout would put some of it before them as well.
    auto *fields = static_cast<QHBoxLayout *>(m_startBox->layout());
    for (int i = 0; i < fields->count(); ++i)
        fields->setStretch(i, kFieldStretch);
    fields->addStretch(1);
    m_connectBox = box();
    m_address = field(m_connectBox, tr("Address of the hub, or an invitation link"), "hubAddress", 360);
    m_address->setPlaceholderText(QStringLiteral("hub.example.com"));
    m_verdict = new TextLabel(
        theme, Type::Meta, [this](const Colors &c) { return m_verdictGood ? c.status.success.fg : c.text.secondary; }, {},
        m_connectBox);
    m_verdict->setObjectName("addressVerdict");
    m_verdict->setWordWrap(true);
    m_verdict->setFixedHeight(theme.px(32)); // beside the field, as high as that
    m_verdict->setAlignment(Qt::AlignLeading | Qt::AlignVCenter);
    auto *verdict = new QVBoxLayout;
    verdict->setSpacing(4);
    verdict->addStretch(1);
    verdict->addWidget(new TextLabel(theme, Type::MetaStrong, secondary(), QStringLiteral(" "), m_connectBox));
    verdict->addWidget(m_verdict);
    verdict->addStretch(1);
    static_cast<QHBoxLayout *>(m_connectBox->layout())->addLayout(verdict, 1);
    m_demoBox = box();
    auto *demo = new TextLabel(
        theme, Type::Body, secondary(),
        tr("Starts a hub with a made-up shop in a folder of its own and opens it as Mara, who answers there."), m_demoBox);
    demo->setWordWrap(true);
    m_demoBox->layout()->addWidget(demo);
    for (QWidget *part : {m_startBox, m_connectBox, m_demoBox})
        details->addWidget(part, 1);
    m_continue = new Button(theme, Button::Look::Primary, tr("Continue"), m_details);
    m_continue->setObjectName("continue");
    m_continue->setHeightClass(32);
    m_continue->setKey(QStringLiteral("↵"));
    details->addWidget(m_continue);
    m_problem = new TextLabel(
        theme, Type::BodyStrong, [](const Colors &c) { return c.status.danger.fg; }, {}, this);
    m_problem->setObjectName("firstRunProblem");
    m_problem->setWordWrap(true);
    m_appearance = new Button(theme, Button::Look::Chip, {}, this);
    m_appearance->setMenuArrow(true);
    const auto name = [this] {
        m_appearance->setText(m_theme.options().appearance == Theme::Appearance::Light  ? tr("Light")
                              : m_theme.options().appearance == Theme::Appearance::Dark ? tr("Dark")
                                                                                        : tr("Same as system"));
        m_appearance->updateGeometry();
    };
    name();
    connect(m_appearance, &QAbstractButton::clicked, this, [this, name] {
        Theme::Options options = m_theme.options();
        options.appearance = Theme::Appearance((int(options.appearance) + 1) % 3);
        m_theme.setOptions(options);
        name();
        place();
    });
    connect(m_continue, &QAbstractButton::clicked, this, [this] { go(); });
    auto *typed = new QTimer(this);
    typed->setSingleShot(true);
    typed->setInterval(kTypedMs);
    connect(m_address, &QLineEdit::textChanged, typed, [this, typed] {
        emit addressTyped({});
        setProblem({});
        setAddressVerdict({}, false);
        setCertificate({});
        typed->start();
    });
    connect(typed, &QTimer::timeout, this, [this] {
        const QUrl url = hubAddressFrom(m_address->text());
        if (client::joinLinkFrom(m_address->text()))
            setAddressVerdict(tr("This is an invitation"), true);
        else if (url.isValid() && !url.isEmpty())
            emit addressTyped(url);
        else if (!m_address->text().trimmed().isEmpty())
            setAddressVerdict(tr("This is not an address yet"), false);
    });
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
    setCertificate({});
    choose(Way::Start);
}

void FirstRun::addReach()
{
    m_reachBox = new QWidget(m_details);
    m_reachLine = new QHBoxLayout(m_reachBox);
    m_reachLine->setContentsMargins(0, m_theme.px(12), 0, 0);
    m_reachLine->setSpacing(m_theme.px(16));
    auto *column = new QVBoxLayout;
    column->setSpacing(4);
    column->addWidget(new TextLabel(m_theme, Type::MetaStrong, secondary(), tr("Who can join"), m_reachBox));
    m_reach = new Segment(m_theme, m_reachBox);
    m_reach->setObjectName("whoCanJoin");
    m_reach->setTall(true);
    for (const QString &one : {tr("This computer only"), tr("Local network"), tr("Internet")})
        m_reach->addChoice(one);
    column->addWidget(m_reach, 0, Qt::AlignLeading);
    column->addStretch(1);
    m_reachWords = new TextLabel(m_theme, Type::Meta, secondary(), {}, m_reachBox);
    m_reachWords->setObjectName("whoCanJoinWords");
    m_reachWords->setWordWrap(true);
    m_reachWords->setAlignment(Qt::AlignLeading | Qt::AlignVCenter);
    m_reachLine->addLayout(column);
    m_reachLine->addWidget(m_reachWords, 1);
    connect(m_reach, &Segment::chosen, this, [this] {
        setProblem({});
        showReach();
        place();
    });
    showReach();
}

void FirstRun::showReach()
{
    switch (m_reach->current()) {
    case LocalNetwork:
        m_reachWords->setText(tr("Colleagues on the same network join with a link that you send them. What goes over the "
                                 "network is encrypted."));
        break;
    case Internet:
        m_reachWords->setText(tr("This takes a server with a name and a certificate. Run “tributary-hub serve” there, then "
                                 "choose “Connect to a hub”."));
        break;
    default: m_reachWords->setText(tr("Nothing leaves this computer. You can let your network in later.")); break;
    }
}

QLineEdit *FirstRun::field(QWidget *parent, const QString &label, const char *name, int width)
{
    auto *column = new QVBoxLayout;
    column->setSpacing(4);
    auto *edit = new QLineEdit(parent);
    edit->setObjectName(name);
    edit->setAccessibleName(label);
    edit->setMinimumWidth(m_theme.px(120));
    edit->setMaximumWidth(m_theme.px(width));
    edit->setFixedHeight(m_theme.px(32));
    column->addStretch(1);
    column->addWidget(new TextLabel(m_theme, Type::MetaStrong, secondary(), label, parent));
    column->addWidget(edit);
    column->addStretch(1);
    static_cast<QHBoxLayout *>(parent->layout())->addLayout(column, 1);
    return edit; // Enter in it comes to keyPressEvent()
}

void FirstRun::choose(Way way)
{
    m_way = way;
    showWay();
    setProblem({});
    if (way == Way::Connect)
        m_address->setFocus();
}

void FirstRun::showWay()
{
    for (Card *card : m_cards)
        card->setChecked(card->way == m_way);
    m_reachBox->setVisible(m_way == Way::Start);
    m_startBox->setVisible(m_way == Way::Start);
    m_connectBox->setVisible(m_way == Way::Connect);
    m_demoBox->setVisible(m_way == Way::Demo);
    m_compareBox->setVisible(m_way == Way::Connect && !m_fingerprint->fingerprint().isEmpty());
    m_continue->setText(goText());
    m_continue->updateGeometry();
    place();
}

void FirstRun::setBusy(const QString &words)
{
    if (!words.isEmpty() && !m_busy)
        m_focusBefore = m_details->isAncestorOf(focusWidget()) ? focusWidget() : nullptr;
    m_busy = !words.isEmpty();
    m_details->setEnabled(!m_busy);
    for (Card *card : m_cards)
        card->setEnabled(!m_busy);
    if (!m_busy && m_focusBefore) // disabling took it away
        m_focusBefore->setFocus();
    m_continue->setText(m_busy ? words : goText());
    m_continue->updateGeometry();
}

void FirstRun::setProblem(const QString &words)
{
    m_problem->setText(words);
    m_problem->setVisible(!words.isEmpty());
    place();
}

void FirstRun::setAddressVerdict(const QString &words, bool good)
{
    m_verdictGood = good;
    m_verdict->setText(words);
    m_verdict->update();
}

void FirstRun::setAddress(const QString &address)
{
    choose(Way::Connect);
    m_address->clear(); // also the same again is looked at again
    m_address->setText(address);
}

void FirstRun::setCertificate(const QString &fingerprint, const QString &known)
{
    const bool isNew = !fingerprint.isEmpty() && fingerprint != m_fingerprint->fingerprint();
    m_fingerprint->setFingerprint(fingerprint);
    m_compareWords->setText(
        known.isEmpty()
            ? tr("Compare this with what the hub shows (tributary-hub certificate), so that nobody can come between. Go on "
                 "only if all of it is the same.")
            : tr("It used to be another one. Go on only if whoever runs the hub has said so, and all of this is the same as "
                 "the hub shows (tributary-hub certificate)."));
    showWay();
    if (isNew && m_continue->hasFocus()) // what was about to be pressed there said something else
        m_cards[int(m_way)]->setFocus();
}

QString FirstRun::goText() const
{
    if (m_way == Way::Demo)
        return tr("Open demo");
    return m_way == Way::Connect && !m_fingerprint->fingerprint().isEmpty() ? tr("It is the same") : tr("Continue");
}

void FirstRun::go(bool byKey)
{
    if (m_busy)
        return;
    setProblem({});
    if (m_way == Way::Demo)
        return emit demoWanted();
    if (m_way == Way::Connect) {
        if (const auto link = client::joinLinkFrom(m_address->text()))
            return emit linkGiven(*link);
        const QUrl url = hubAddressFrom(m_address->text());
        const bool compares = !m_fingerprint->fingerprint().isEmpty();
        if (!url.isEmpty() && compares && byKey)
            return m_continue->setFocus();
        if (!url.isEmpty())
            return emit connectWanted(url, compares);
        setProblem(tr("Type the address of the hub, such as hub.example.com, or paste a link"));
        return m_address->setFocus();
    }
    if (m_reach->current() == Internet) {
        setProblem(tr("A hub for the internet is not started here: it needs a server. To begin with, choose your network."));
        return m_reach->setFocus();
    }
    for (QLineEdit *edit : {m_hubName, m_ownerName, m_email}) {
        if (edit->text().trimmed().isEmpty() || (edit == m_email && !edit->text().contains(u'@'))) {
            setProblem(edit == m_email ? tr("Type your e-mail address: you sign in with it")
                                       : tr("“%1” is still empty").arg(edit->accessibleName()));
            return edit->setFocus();
        }
    }
    if (m_password->text().size() < kShortestPassword) {
        setProblem(tr("The password needs 12 characters or more"));
        return m_password->setFocus();
    }
    emit startWanted({m_hubName->text().trimmed(), m_ownerName->text().trimmed(), m_email->text().trimmed(),
                      m_password->text(),
                      m_reach->current() == LocalNetwork ? client::HubReach::LocalNetwork : client::HubReach::ThisComputer});
}

void FirstRun::keyPressEvent(QKeyEvent *event)
{
    if (event->key() >= Qt::Key_1 && event->key() <= Qt::Key_3)
        return choose(Way(event->key() - Qt::Key_1));
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        return go(focusWidget() != m_continue);
    QWidget::keyPressEvent(event);
}

void FirstRun::resizeEvent(QResizeEvent *event)
{
    place();
    QWidget::resizeEvent(event);
}

void FirstRun::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_cards[int(m_way)]->setFocus(); // or the keys that choose would reach nobody
}

void FirstRun::hideEvent(QHideEvent *event)
{
    if (!event->spontaneous()) // it was not only minimised
        m_password->clear();
    QWidget::hideEvent(event);
}

FirstRun::Places FirstRun::places() const
{
    const auto px = [this](qreal size) { return m_theme.px(size); };
    const int column = std::min(px(kColumn), width() - 2 * kEdge), x = (width() - column) / 2;
    const int gap = std::clamp((column - 3 * px(kCardWidth)) / 2, px(12), px(36));
    int wide = std::min(px(kCardWidth), (column - 2 * gap) / 3);
    const bool stacked = wide < px(200);
    if (stacked)
        wide = column;
    int high = 0;
    for (const Card *card : m_cards)
        high = std::max(high, card->heightFor(wide));
    // A low window has no room for the drawing: the choices are what matters. It is the room that counts, not what the page
    // has grown to itself.
    const int room = parentWidget() ? parentWidget()->height() : height();
    const bool drawing = column >= px(900) && room >= px(kCardTop + kReachHeight + kDetailsHeight + 80) + high;
    const int top = drawing ? std::min(px(kTop), std::max(8, (room - px(640 + kReachHeight)) / 2)) : 0;
    return {column, x, top, drawing ? top + px(kCardTop) : px(64), wide, high, gap, drawing, stacked};
}

void FirstRun::place()
{
    const Places at = places();
    const auto px = [this](qreal size) { return m_theme.px(size); };
    const auto visual = [this](int x, int y, int wide, int high) {
        return QRect(layoutDirection() == Qt::RightToLeft ? width() - x - wide : x, y, wide, high);
    };
    m_headline->setVisible(at.drawing);
    m_lead->setVisible(at.drawing);
    m_headline->setGeometry(visual(at.x + px(404), at.top + px(18), px(556), px(80)));
    m_lead->setGeometry(visual(at.x + px(404), at.top + px(148), px(520), px(48)));
    int x = at.x, y = at.cards;
    for (Card *card : m_cards) {
        card->setGeometry(visual(x, y, at.cardWidth, at.cardHeight));
        if (at.stacked)
            y += at.cardHeight + at.gap;
        else
            x += at.cardWidth + at.gap;
    }
    y += (at.stacked ? -at.gap : at.cardHeight) + px(20);
    const bool narrow = at.column < px(800);
    const auto way = narrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight;
    m_line->setDirection(way);
    for (QWidget *part : {m_startBox, m_connectBox, m_demoBox})
        static_cast<QBoxLayout *>(part->layout())->setDirection(way);
    m_details->layout()->setContentsMargins(px(20), narrow ? px(16) : 0, px(20), narrow ? px(16) : 0);
    m_reachLine->setDirection(way);
    const bool compares = m_way == Way::Connect && !m_fingerprint->fingerprint().isEmpty();
    const int inner = at.column - px(40);
    const int reach = m_way == Way::Start ? std::max(px(kReachHeight), m_reachBox->heightForWidth(inner)) : 0;
    m_reachBox->setFixedHeight(reach);
    const int compare = compares ? std::max(px(kCompareHeight), m_compareBox->heightForWidth(inner)) : 0;
    m_compareBox->setFixedHeight(compare);
    const int high = reach + compare + std::max(px(kDetailsHeight), narrow ? m_line->sizeHint().height() + px(32) : 0);
    m_details->setGeometry(at.x, y, at.column, high);
    m_problem->setGeometry(at.x + px(20), y + high + px(8), inner, px(40));
    const QSize chip = m_appearance->sizeHint();
    m_appearance->setGeometry(visual(width() - px(24) - chip.width(), px(16), chip.width(), chip.height()));
    // What has no room below is scrolled to.
    setMinimumHeight(y + high + px(24) + (at.drawing ? 0 : px(48)) + (m_problem->isHidden() ? 0 : px(40)));
}

void FirstRun::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colors &c = m_theme.colors();
    const auto px = [this](qreal size) { return m_theme.px(size); };
    const bool rtl = layoutDirection() == Qt::RightToLeft;
    const auto visual = [&](qreal x, qreal y, qreal wide, qreal high) {
        return QRectF(rtl ? width() - x - wide : x, y, wide, high);
    };
    painter.fillRect(rect(), c.bg.window);
    m_theme.icons().paint(painter, visual(px(24), px(16), px(24), px(24)), "logo", c.accent.fill);
    paint::text(painter, visual(px(56), px(16), px(200), px(24)), m_theme.font(Type::TitleMedium), c.text.primary,
                tr("Tributary"), Qt::AlignLeading, layoutDirection());
    if (const Places at = places(); at.drawing) {
        const qreal scale = px(100) / 100.0;
        painter.save();
        painter.scale(scale, scale);
        art::river(painter, m_theme, QPointF(at.x / scale, at.top / scale), width() / scale, rtl);
        painter.restore();
    }
    paint::roundRect(painter, m_details->geometry(), 12, c.bg.surface, c.border.normal);
    const QString hint = tr("choose, Enter continue");
    const QFont &meta = m_theme.font(Type::Meta);
    const qreal hintWide = paint::textWidth(meta, hint) + 1;
    qreal end = width() - px(24) - hintWide;
    paint::text(painter, visual(end, height() - px(48), hintWide, px(48)), meta, c.text.tertiary, hint, Qt::AlignLeading,
                layoutDirection());
    for (const char *key : {"3", "2", "1"}) {
        const QSizeF size = paint::keycapSize(m_theme, key);
        end -= size.width() + px(4);
        paint::keycap(painter, m_theme, visual(end, height() - px(24) - size.height() / 2, size.width(), size.height()),
                      key);
    }
}

} // namespace tributary::ui
