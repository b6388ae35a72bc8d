#include "ui/admin/setup_page.h"

#include "ui/admin/permission_words.h"
#include "ui/admin/table_export.h"
#include "ui/shell/toasts.h"
#include "ui/theme/time_format.h"

#include <QApplication>
#include <QFileDialog>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

constexpr int kPaneAlone = 824;   ///< Below this there is no room for table and details.
constexpr int kHeaderFolds = 720; ///< Below this what a page adds to its header stands in a line of its own.

class FilterField : public QLineEdit {
public:
    FilterField(const Theme &theme, QWidget *parent)
        : QLineEdit(parent)
        , m_theme(theme)
    {
        m_icon = addAction(QIcon(), QLineEdit::LeadingPosition);
        const auto look = [this] {
            m_icon->setIcon(m_theme.icons().icon("search", m_theme.colors().text.tertiary, m_theme.colors().text.disabled));
        };
        connect(&theme, &Theme::changed, this, look);
        look();
    }
    std::function<void()> left;

protected:
    void keyPressEvent(QKeyEvent *event) override
    {
        switch (event->key()) {
        case Qt::Key_Escape: clear(); [[fallthrough]];
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Down: left(); return;
        default: QLineEdit::keyPressEvent(event);
        }
    }

private:
    const Theme &m_theme;
    QAction *m_icon;
};

} // namespace

SetupPage::SetupPage(const AdminTools &tools, const QString &title, model::Permission needed, QWidget *parent)
    : QWidget(parent)
    , m_tools(tools)
    , m_title(title)
    , m_needed(needed)
    , m_count(new TextLabel(
          tools.theme, Type::Body, [](const Colors &c) { return c.text.tertiary; }, {}, this))
    , m_main(new Button(tools.theme, Button::Look::Primary, {}, this))
    , m_middle(new QStackedWidget(this))
    , m_empty(new EmptyNote(tools.theme, "people", this))
    , m_pane(new DetailPane(tools.theme, this))
{
    const Theme &theme = tools.theme;
    setAccessibleName(title);
    auto *filter = new FilterField(theme, this);
    filter->left = [this] { focusTable(); };
    m_filter = filter;
    m_filter->setObjectName("adminFilter");
    m_filter->setMinimumWidth(theme.px(80));
    m_filter->setMaximumWidth(theme.px(176));
    m_filter->setPlaceholderText(tr("Filter"));
    m_filter->setAccessibleName(tr("Filter this list"));
    m_filter->setToolTip(tr("Filter this list (/)"));
    m_main->setObjectName("adminMain");
    m_main->setHeightClass(28);

    auto *head = new Surface(
        theme, [](const Colors &c) { return c.bg.surface; }, Surface::Bottom, this);
    head->setFixedHeight(theme.px(48));
    auto *line = new QHBoxLayout(head);
    line->setContentsMargins(sided(theme.px(24), 0, theme.px(16), 0));
    line->setSpacing(theme.px(8));
    m_headLine = line;
    auto *name = new TextLabel(
        theme, Type::TitleLarge, [](const Colors &c) { return c.text.primary; }, title, head);
    name->setMinimumWidth(name->sizeHint().width());
    line->addWidget(name);
    line->addWidget(m_count);
    m_extras = new QWidget(head);
    m_head = new QHBoxLayout(m_extras);
    m_head->setContentsMargins(sided(theme.px(8), 0, 0, 0));
    line->addWidget(m_extras);
    line->addStretch(1);
    line->addWidget(m_filter, 10);
    line->addWidget(m_main);

    m_middle->addWidget(m_empty);
    m_start = new QWidget(this);
    auto *start = m_lines = new QVBoxLayout(m_start);
    start->setContentsMargins(0, 0, 0, 0);
    start->setSpacing(0);
    start->addWidget(head);
    start->addWidget(m_middle, 1);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_start, 1);
    layout->addWidget(m_pane);
    m_pane->hide();

    connect(m_filter, &QLineEdit::textChanged, this, &SetupPage::refresh);
    connect(m_main, &QAbstractButton::clicked, this, [this] { mainClicked(); });
    connect(m_empty->button(), &QAbstractButton::clicked, this, [this] { mainClicked(); });
    connect(m_pane, &DetailPane::closed, this, [this] { showPane(false); });
    connect(m_pane, &DetailPane::saveWanted, this, &SetupPage::save);
    connect(m_pane, &DetailPane::revertWanted, this, &SetupPage::revert);
    connect(&tools.desk, &SetupDesk::changed, this, &SetupPage::refresh);
    connect(&tools.desk, &SetupDesk::linkChanged, this, &SetupPage::refresh);
    connect(&tools.desk, &SetupDesk::agentLeft, this, [this] { showPane(false); });
}

void SetupPage::resizeEvent(QResizeEvent *event)
{
    arrange();
    QWidget::resizeEvent(event);
}

void SetupPage::arrange()
{
    const Theme &theme = m_tools.theme;
    const bool pane = m_pane->isVisibleTo(this), narrow = pane && width() < theme.px(kPaneAlone);
    m_start->setVisible(!narrow);
    m_pane->setWide(narrow);
    const bool folds = m_head->count() > 0 && width() - (pane && !narrow ? m_pane->width() : 0) < theme.px(kHeaderFolds);
    if (folds == m_folded)
        return;
    m_folded = folds;
    m_headLine->removeWidget(m_extras);
    m_lines->removeWidget(m_extras);
    if (folds)
        m_lines->insertWidget(1, m_extras);
    else
        m_headLine->insertWidget(2, m_extras);
    m_head->setContentsMargins(folds ? sided(theme.px(24), theme.px(8), theme.px(24), theme.px(4))
                                     : sided(theme.px(8), 0, 0, 0));
}

void SetupPage::setTable(QWidget *table)
{
    m_table = table;
    m_middle->addWidget(table);
    m_middle->setCurrentWidget(table);
    setTabOrder(m_filter, m_main);
    setTabOrder(m_main, table);
    m_records = qobject_cast<RecordTable *>(table);
    if (!m_records)
        return;
    connect(m_records, &RecordTable::selectionChanged, this, &SetupPage::showCount);
    auto *shortcut = new QShortcut(QKeySequence("Ctrl+E"), this);
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    shortcut->setAutoRepeat(false);
    connect(shortcut, &QShortcut::activated, this, [this] { exportShown(); });
}

void SetupPage::setMainButton(const QString &text, const QString &icon)
{
    m_main->setText(text);
    m_main->setIconName(icon);
}

void SetupPage::addToHeader(QWidget *widget)
{
    m_head->addWidget(widget);
}

void SetupPage::setCount(const QString &words)
{
    m_countWords = words;
    showCount();
}

void SetupPage::showCount()
{
    const int selected = m_records ? m_records->selectedCount() : 0;
    //: How many there are, and how many of them are selected.
    m_count->setText(selected > 0 ? tr("%1, %n selected", nullptr, selected).arg(m_countWords) : m_countWords);
}

void SetupPage::showEmpty(bool empty)
{
    m_middle->setCurrentWidget(empty ? m_empty : m_table);
}

void SetupPage::showPane(bool shown)
{
    const bool hadFocus = m_pane->isAncestorOf(QApplication::focusWidget());
    m_pane->setProblem({});
    m_pane->setDirty(false);
    m_pane->setVisible(shown);
    arrange();
    showSaved();
    if (!shown) {
        formClosed();
        if (hadFocus)
            focusTable();
    }
}

QString SetupPage::typed() const
{
    return m_filter->text().trimmed();
}

QString SetupPage::whyReadOnly() const
{
    if (!m_tools.desk.may(m_needed))
        //: What follows says who can allow it.
        return tr("Your role does not let you change this. %1").arg(whoCanAllow(m_tools.desk.shown().agents, m_needed));
    if (!m_tools.desk.isLinked())
        return tr("Changes need the hub. They can be made when it answers again.");
    return {};
}

QRect SetupPage::placeOf(const QWidget *widget) const
{
    return QRect(widget->mapToGlobal(QPoint()), widget->size());
}

QRect SetupPage::placeOfCurrent() const
{
    if (!m_records || m_records->currentPart() < 0)
        return placeOf(this);
    const QRect row = m_records->rowRect(m_records->currentPart());
    return QRect(m_records->viewport()->mapToGlobal(row.topLeft()), row.size());
}

QString SetupPage::aboutWords(const QStringList &names) const
{
    return names.size() == 1 ? names.first() : tr("%n selected", nullptr, int(names.size()));
}

void SetupPage::popUp(const QRect &place, Picker::Question question)
{
    auto *menu = new QMenu(this);
    menu->setObjectName(question.objectName);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    menu->setAccessibleName(question.placeholder);
    if (m_records && m_records->selectedCount() > 1) {
        menu->addAction(question.placeholder)->setEnabled(false); // what it is about
        menu->addSeparator();
    }
    const Colors &c = m_tools.theme.colors();
    for (const Choice &choice : question.choices) {
        QAction *action = menu->addAction(m_tools.theme.icons().icon(choice.icon, c.text.secondary, c.text.disabled),
                                          choice.key.isEmpty() ? choice.text : choice.text + u'\t' + choice.key);
        action->setObjectName(choice.id);
        action->setEnabled(choice.enabled);
        action->setToolTip(choice.detail);
        connect(action, &QAction::triggered, this, [apply = question.apply, choice] { apply(choice); });
    }
    menu->popup(place.size() == QSize(1, 1) ? place.topLeft() : place.center());
}

Choice SetupPage::removeChoice(const QStringList &names) const
{
    return {.id = "remove",
            .text = names.size() == 1 ? tr("Remove %1").arg(names.first()) : tr("Remove all %n", nullptr, int(names.size())),
            .icon = "close"};
}

QList<TableRow> SetupPage::rowsToExport() const
{
    QList<TableRow> rows = m_records->rows();
    if (m_records->selectedCount() > 0)
        rows.removeIf([ids = m_records->chosen()](const TableRow &row) { return !ids.contains(row.id); });
    return rows;
}

void SetupPage::exportShown()
{
    if (!m_tools.desk.may(model::Permission::Export)) {
        m_tools.toasts.add(tr("Your role does not let you take lists away as files. %1")
                               .arg(whoCanAllow(m_tools.desk.shown().agents, model::Permission::Export)),
                           {}, {}, {}, 4000);
        return;
    }
    if (!m_records || m_records->rows().isEmpty())
        return;
    auto *dialog = new QFileDialog(this, tr("Export %1").arg(m_title));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix("csv");
    dialog->setNameFilter(tr("Tables (*.csv)"));
    dialog->selectFile(m_title.toLower() + QStringLiteral(".csv"));
    connect(dialog, &QFileDialog::fileSelected, this, &SetupPage::exportRows);
    dialog->open();
}

void SetupPage::exportRows(const QString &path)
{
    const QList<TableRow> rows = rowsToExport();
    auto *made = new TableExport(path, tableBytes(m_records->columns(), rows), this);
    connect(made, &TableExport::ended, this, [this, made, path, count = int(rows.size())](bool written) {
        made->deleteLater();
        m_tools.toasts.add(written ? tr("%n row(s) are in %1.", nullptr, count).arg(path)
                                   : tr("The file cannot be written. Choose another place, or make room on the disk."));
    });
    made->start();
}

void SetupPage::refresh()
{
    if (!m_tools.desk.isRead())
        return;
    const QString why = whyReadOnly();
    m_main->setEnabled(why.isEmpty());
    m_main->setToolTip(why);
    m_empty->button()->setEnabled(why.isEmpty());
    m_empty->button()->setToolTip(why);
    m_pane->setReadOnly(why);
    showAll();
    showSaved();
}

/// By whom is not known here: a row says that it has changed, the audit log who did it.
void SetupPage::showSaved()
{
    const std::optional<RawId> id = openedId();
    const auto saved = id ? m_tools.desk.lastSaved(*id) : std::nullopt;
    QString words;
    if (id && m_tools.desk.isBeingSaved(*id))
        words = tr("Being saved");
    else if (saved)
        words = (saved->own ? tr("Saved at %1") : tr("Saved by somebody else at %1")).arg(TimeFormat().clock(saved->at));
    m_pane->setSaved(words);
}

bool SetupPage::take(const model::CommandBody &body, const QString &words)
{
    const bool isHere = refused(body) && isVisible() && m_pane->isVisible();
    if (isHere)
        m_pane->setProblem(words);
    return isHere;
}

bool SetupPage::isBeingWritten(const RawId &id) const
{
    return openedId() == id && m_pane->isVisible() && m_pane->isDirty();
}

void SetupPage::closeGone(const RawId &id, bool wasThere)
{
    const bool isByOthers = wasThere && !m_tools.desk.isBeingSaved(id); // or it was removed here
    if (isByOthers && m_pane->isVisible() && m_pane->isDirty())
        m_tools.toasts.add(tr("Somebody has removed %1. What you changed of it is not saved.").arg(m_pane->title()));
    showPane(false);
}

void SetupPage::offerBack(const QString &name, std::function<void()> back)
{
    m_tools.toasts.add(tr("What you changed of %1 is not saved.").arg(name), tr("Go back to it"), {}, std::move(back));
}

void SetupPage::save()
{
    if (!m_pane->isVisible() || !m_pane->isDirty() || !whyReadOnly().isEmpty())
        return;
    m_pane->setProblem({});
    saveForm();
}

void SetupPage::revert()
{
    m_pane->setProblem({});
    reloadForm();
}

void SetupPage::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && !m_pane->isHidden()) {
        if (m_pane->isDirty())
            revert();
        else
            showPane(false);
        return;
    }
    QWidget::keyPressEvent(event);
}

void SetupPage::focusFilter()
{
    if (m_filter->isHidden())
        return focusTable();
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void SetupPage::focusTable()
{
    QWidget *target = m_middle->currentWidget() == m_table ? m_table : static_cast<QWidget *>(m_empty->button());
    target->setFocus(Qt::ShortcutFocusReason);
}

QList<QWidget *> SetupPage::stops() const
{
    QList<QWidget *> stops;
    if (!m_start->isHidden())
        stops.append(m_table);
    if (m_pane->isVisible())
        stops.append(m_pane);
    return stops;
}

} // namespace tributary::ui
