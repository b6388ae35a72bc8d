#include "ui/admin/admin_page.h"

#include "core/model/permissions.h"
#include "ui/admin/audit_page.h"
#include "ui/admin/fields_page.h"
#include "ui/admin/invite_sheet.h"
#include "ui/admin/people_page.h"
#include "ui/admin/reopening_page.h"
#include "ui/admin/roles_page.h"
#include "ui/admin/statuses_page.h"
#include "ui/admin/teams_page.h"
#include "ui/shell/picker.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/status_line.h"
#include "ui/shell/toasts.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QShortcut>
#include <QStackedWidget>
#include <QStyle>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

constexpr int kSidebar = 192, kFolded = 48, kFoldBelow = 912, kHead = 48, kRow = 28, kHeading = 32;

constexpr model::Permission kNeeded[]{model::Permission::ManageAgents,   model::Permission::ManageRoles,
                                      model::Permission::ManageTeams,    model::Permission::ManageFields,
                                      model::Permission::ManageChannels, model::Permission::SeeAudit};

} // namespace

/// The names of the pages below their headings, one of them chosen. Arrow keys move between them.
class AdminPage::Sidebar : public QWidget {
public:
    Sidebar(const Theme &theme, QWidget *parent)
        : QWidget(parent)
        , m_theme(theme)
    {
        setObjectName("adminSidebar");
        setFocusPolicy(Qt::StrongFocus);
        setMouseTracking(true);
        setAccessibleName(AdminPage::tr("Pages of the Admin section"));
        setFolded(false);
        connect(&theme, &Theme::changed, this, [this] { setFolded(m_folded); });
    }

    /// Only the icons, where names have no room.
    void setFolded(bool folded)
    {
        m_folded = folded;
        setFixedWidth(m_theme.px(folded ? kFolded : kSidebar));
        setToolTip({});
        update();
    }

    struct Row {
        QString heading, icon, text;
        SetupPage *page = nullptr;
    };
    void setRows(QList<Row> rows)
    {
        m_rows = std::move(rows);
        describe();
        update();
    }
    const QList<Row> &rows() const { return m_rows; }
    void setCurrent(const SetupPage *page)
    {
        m_current = page;
        describe();
        update();
    }
    std::function<void(SetupPage *)> chosen;

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colors &c = m_theme.colors();
        painter.fillRect(rect(), c.bg.sidebar);
        const bool rtl = layoutDirection() == Qt::RightToLeft;
        painter.fillRect(rtl ? 0 : width() - 1, 0, 1, height(), c.border.subtle);
        const auto place = [this](const QRect &logical) { return QStyle::visualRect(layoutDirection(), rect(), logical); };
        if (!m_folded)
            paint::text(painter, place({m_theme.px(16), 0, width() - m_theme.px(24), m_theme.px(kHead)}),
                        m_theme.font(Type::BodyStrong, QFont::DemiBold), c.text.primary, AdminPage::tr("Admin"),
                        Qt::AlignLeading, layoutDirection());
        QString heading;
        for (int i = 0; i < m_rows.size(); ++i) {
            const QRect row = rowAt(i);
            if (m_rows[i].heading != heading && !m_folded) {
                heading = m_rows[i].heading;
                paint::text(painter,
                            place({m_theme.px(16), row.top() - m_theme.px(kHeading) + m_theme.px(8),
                                   width() - m_theme.px(24), m_theme.px(kHeading) - m_theme.px(8)}),
                            m_theme.font(Type::Micro, QFont::DemiBold), c.text.tertiary, heading, Qt::AlignLeading,
                            layoutDirection());
            }
            const bool on = m_rows[i].page == m_current;
            if (on || i == m_hovered)
                paint::roundRect(painter, row, m_theme.px(6), on ? c.bg.selected : c.bg.hover);
            const int glyph = m_theme.px(16);
            m_theme.icons().paint(painter, place({m_theme.px(16), row.center().y() + 1 - glyph / 2, glyph, glyph}),
                                  m_rows[i].icon, on ? c.accent.text : c.text.secondary, layoutDirection());
            if (!m_folded)
                paint::text(painter, place({m_theme.px(40), row.top(), width() - m_theme.px(56), row.height()}),
                            m_theme.font(Type::Body, on ? QFont::DemiBold : QFont::Normal),
                            on ? c.text.primary : c.text.secondary, m_rows[i].text, Qt::AlignLeading, layoutDirection());
            if (on && focusByKey(this))
                paint::focusRing(painter, m_theme, QRectF(row).adjusted(3, 3, -3, -3), m_theme.px(4));
        }
    }
    void mousePressEvent(QMouseEvent *event) override
    {
        const int row = at(event->pos());
        if (row >= 0)
            chosen(m_rows[row].page);
    }
    void mouseMoveEvent(QMouseEvent *event) override
    {
        m_hovered = at(event->pos());
        setToolTip(m_folded && m_hovered >= 0 ? m_rows[m_hovered].text : QString());
        update();
    }
    void leaveEvent(QEvent *) override
    {
        m_hovered = -1;
        update();
    }
    void keyPressEvent(QKeyEvent *event) override
    {
        const int by = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
        const int to = current() + by;
        if (by != 0 && to >= 0 && to < m_rows.size())
            chosen(m_rows[to].page);
        else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
            m_rows[current()].page->focusTable();
        else if (by == 0)
            QWidget::keyPressEvent(event);
    }
    void focusInEvent(QFocusEvent *) override { update(); }
    void focusOutEvent(QFocusEvent *) override { update(); }

private:
    int current() const
    {
        for (int i = 0; i < m_rows.size(); ++i) {
            if (m_rows[i].page == m_current)
                return i;
        }
        return 0;
    }
    QRect rowAt(int index) const
    {
        int y = m_theme.px(kHead);
        QString heading;
        for (int i = 0; i <= index; ++i) {
            if (m_rows[i].heading != heading) {
                y += m_theme.px(kHeading) - (heading.isEmpty() ? m_theme.px(8) : 0);
                heading = m_rows[i].heading;
            }
            if (i < index)
                y += m_theme.px(kRow);
        }
        return {m_theme.px(8), y, width() - m_theme.px(16), m_theme.px(kRow)};
    }
    int at(const QPoint &point) const
    {
        for (int i = 0; i < m_rows.size(); ++i) {
            if (rowAt(i).contains(point))
                return i;
        }
        return -1;
    }
    void describe()
    {
        if (current() < m_rows.size())
            setAccessibleDescription(
                AdminPage::tr("%1, page %2 of %3").arg(m_rows[current()].text).arg(current() + 1).arg(m_rows.size()));
    }

    const Theme &m_theme;
    QList<Row> m_rows;
    const SetupPage *m_current = nullptr;
    int m_hovered = -1;
    bool m_folded = false;
};

bool AdminPage::isFor(const model::Agent &agent)
{
    return std::ranges::any_of(kNeeded, [&agent](model::Permission one) { return model::may(agent, one); });
}

AdminPage::AdminPage(const Theme &theme, SetupDesk &desk, ShellWindow &shell, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_desk(desk)
    , m_shell(shell)
    , m_sidebar(new Sidebar(theme, this))
    , m_strip(new Strip(theme, Strip::Tone::Warning, this))
    , m_stack(new QStackedWidget(this))
{
    setObjectName("adminPage");
    m_stack->setMinimumWidth(1); // no page may push the others out of the window
    setProperty("pane", int(AdminPane));
    m_strip->setObjectName("adminStrip");
    auto *side = new QVBoxLayout;
    side->setSpacing(0);
    side->addWidget(m_strip);
    side->addWidget(m_stack, 1);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_sidebar);
    layout->addLayout(side, 1);

    const AdminTools tools{m_theme, desk, shell.picker(), shell.toasts()};
    m_people = new PeoplePage(tools);
    m_roles = new RolesPage(tools);
    m_teams = new TeamsPage(tools);
    m_fields = new FieldsPage(tools);
    m_statuses = new StatusesPage(tools);
    m_reopening = new ReopeningPage(tools);
    m_audit = new AuditPage(tools);
    for (SetupPage *page :
         std::initializer_list<SetupPage *>{m_people, m_roles, m_teams, m_fields, m_statuses, m_reopening, m_audit}) {
        m_pages.append(page);
        m_stack->addWidget(page);
    }
    // Nor do the window and whoever is signed in go over a form that is changed.
    shell.addUnkept(this, [this] {
        for (const DetailPane *pane : findChildren<DetailPane *>()) {
            if (!pane->isHidden() && pane->isDirty())
                return tr("Changes to %1 in Admin are not saved.").arg(pane->title());
        }
        return QString();
    });
    m_invite = new InviteSheet(m_theme, desk, shell.picker(), &shell);
    connect(m_people, &PeoplePage::inviteWanted, m_invite, &InviteSheet::invite);
    connect(m_people, &PeoplePage::newPasswordWanted, this, [this](model::AgentId id) {
        const auto &agents = m_desk.shown().agents;
        if (const auto at = std::ranges::find(agents, id, &model::Agent::id); at != agents.end())
            m_invite->resetPassword(*at);
    });
    connect(m_invite, &InviteSheet::linksChanged, m_people, &PeoplePage::readSeen);
    m_sidebar->chosen = [this](SetupPage *page) { showPage(page); };
    shell.actions().add({.id = "adminFilter",
                         .text = tr("Filter this list"),
                         .icon = "search",
                         .key = "/",
                         .panes = AdminPane,
                         .group = tr("Admin")},
                        this, [this] { current()->focusFilter(); });
    const auto addRowKey = [this, &shell](const char *id, const QString &text, const char *icon, const char *key,
                                          void (*run)(RecordTable &), bool repeats = false) {
        shell.actions().add(
            {.id = id, .text = text, .icon = icon, .key = key, .panes = AdminPane, .group = tr("Admin"), .repeats = repeats},
            this, [this, run] {
                RecordTable *table = current()->records();
                if (table && table->hasFocus())
                    run(*table);
            });
    };
    addRowKey(
        "adminExtendDown", tr("Extend selection down"), "", "Shift+J", [](RecordTable &table) { table.extend(1); }, true);
    addRowKey(
        "adminExtendUp", tr("Extend selection up"), "", "Shift+K", [](RecordTable &table) { table.extend(-1); }, true);
    addRowKey("adminSelect", tr("Select row"), "check", "X", [](RecordTable &table) { table.toggleSelected(); });
    const auto shortcut = [this](const QKeySequence &keys, auto handler, bool repeats = true) {
        auto *made = new QShortcut(keys, this);
        made->setContext(Qt::WidgetWithChildrenShortcut);
        made->setAutoRepeat(repeats);
        connect(made, &QShortcut::activated, this, handler);
    };
    shortcut(
        QKeySequence("Ctrl+S"), [this] { current()->save(); }, false);
    shortcut(QKeySequence("Ctrl+Shift+L"), [this] { current()->focusFilter(); });
    shortcut(QKeySequence("F6"), [this] { showPane(true); });
    shortcut(QKeySequence("Shift+F6"), [this] { showPane(false); });
    connect(&desk, &SetupDesk::changed, this, &AdminPage::choosePages);
    connect(&desk, &SetupDesk::linkChanged, this, &AdminPage::showLink);
    connect(qApp, &QApplication::focusChanged, this, &AdminPage::showHints);
    choosePages();
    showLink();
    desk.start();
}

void AdminPage::choosePages()
{
    using Row = Sidebar::Row;
    const QString workspace = tr("Workspace"), records = tr("Records"), safety = tr("Safety");
    const QList<Row> all{{workspace, "user", m_people->title(), m_people},
                         {workspace, "shield", m_roles->title(), m_roles},
                         {workspace, "people", m_teams->title(), m_teams},
                         {records, "variable", m_fields->title(), m_fields},
                         {records, "check-circle", m_statuses->title(), m_statuses},
                         {records, "plug", m_reopening->title(), m_reopening},
                         {safety, "log", m_audit->title(), m_audit}};
    QList<Row> rows;
    for (const Row &row : all) {
        if (m_desk.may(row.page->needed()))
            rows.append(row);
    }
    const auto same = [](const Row &a, const Row &b) { return a.page == b.page; };
    if (rows.isEmpty() || std::ranges::equal(rows, m_sidebar->rows(), same))
        return;
    m_sidebar->setRows(rows);
    const bool isThere = std::ranges::any_of(rows, [this](const Row &row) { return row.page == current(); });
    showPage(isThere ? current() : rows.first().page);
}

void AdminPage::showPage(SetupPage *page)
{
    m_stack->setCurrentWidget(page);
    m_sidebar->setCurrent(page);
    page->refresh();
    showHints();
}

SetupPage *AdminPage::current() const
{
    return static_cast<SetupPage *>(m_stack->currentWidget());
}

QStringList AdminPage::pageNames() const
{
    QStringList names;
    for (const Sidebar::Row &row : m_sidebar->rows())
        names.append(row.text);
    return names;
}

bool AdminPage::take(const model::CommandBody &body, const QString &words)
{
    bool said = false;
    for (SetupPage *page : m_pages)
        said |= page->take(body, words);
    return said;
}

void AdminPage::showLink()
{
    m_strip->setWords(m_desk.isLinked() ? QString()
                                        : tr("The hub is away. You can look at everything, and change it when the hub "
                                             "answers again."));
}

void AdminPage::showPane(bool forward)
{
    QList<QWidget *> stops{m_sidebar};
    stops += current()->stops();
    const QWidget *focus = QApplication::focusWidget();
    qsizetype at = 0;
    for (qsizetype i = 0; i < stops.size(); ++i) {
        if (focus && (stops[i] == focus || stops[i]->isAncestorOf(focus)))
            at = i;
    }
    QWidget *next = stops[(at + (forward ? 1 : stops.size() - 1)) % stops.size()];
    if (auto *pane = qobject_cast<DetailPane *>(next))
        pane->focusFirst();
    else if (next == m_sidebar)
        m_sidebar->setFocus(Qt::TabFocusReason);
    else
        current()->focusTable();
}

void AdminPage::showHints()
{
    if (!isVisible())
        return;
    const QWidget *focus = QApplication::focusWidget();
    if (focus && current()->pane().isAncestorOf(focus))
        m_shell.statusLine().setHints({{{tr("Ctrl S")}, tr("save")}, {{tr("Esc")}, tr("revert, close")}});
    else if (current() == m_roles)
        m_shell.statusLine().setHints(
            {{{"←", "→", "↑", "↓"}, tr("move")}, {{tr("Space")}, tr("on or off")}, {{tr("Enter")}, tr("role")}});
    else
        m_shell.statusLine().setHints({{{"↑", "↓"}, tr("move")},
                                       {{tr("Enter")}, tr("details")},
                                       {{"."}, tr("more")},
                                       {{"/"}, tr("filter")},
                                       {{"?"}, tr("all keys")}});
}

void AdminPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    showHints();
}

void AdminPage::resizeEvent(QResizeEvent *event)
{
    m_sidebar->setFolded(width() < m_theme.px(kFoldBelow));
    QWidget::resizeEvent(event);
}

void AdminPage::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), m_theme.colors().bg.surface);
}

} // namespace tributary::ui
