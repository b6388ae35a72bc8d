#include "ui/timeline/timeline_accessible.h"

#include "ui/timeline/timeline_view.h"

#include <QAccessibleWidget>
#include <QCoreApplication>
#include <QPointer>
#include <map>

namespace tributary::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Timeline)
};

/// One row, made when somebody asks. Knows its row by key, so that it stays the same while others come and go.
class RowAccessible final : public QAccessibleInterface, public QAccessibleActionInterface {
public:
    RowAccessible(TimelineView *view, const RowKey &key)
        : m_view(view)
        , m_key(key)
    {
    }

    bool isValid() const override { return m_view && index() >= 0; }
    QObject *object() const override { return nullptr; }
    QAccessibleInterface *parent() const override
    {
        return m_view ? QAccessible::queryAccessibleInterface(m_view) : nullptr;
    }
    QAccessibleInterface *child(int) const override { return nullptr; }
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    QAccessible::Role role() const override { return QAccessible::ListItem; }

    QString text(QAccessible::Text kind) const override
    {
        return kind == QAccessible::Name && isValid() ? m_view->rowName(std::size_t(index())) : QString();
    }
    void setText(QAccessible::Text, const QString &) override {}

    QRect rect() const override
    {
        if (!isValid())
            return {};
        const QRect box = m_view->rowRect(std::size_t(index()));
        return {m_view->viewport()->mapToGlobal(box.topLeft()), box.size()};
    }

    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.focusable = true;
        state.readOnly = true;
        if (!isValid()) {
            state.invalid = true;
            return state;
        }
        state.focused = m_view->hasFocus() && m_view->focusedRow() == index();
        state.offscreen = !m_view->rowRect(std::size_t(index())).intersects(m_view->viewport()->rect());
        const Row &row = m_view->rows()[std::size_t(index())];
        const bool folds = row.key.kind == RowKey::Kind::Conversation || row.key.kind == RowKey::Kind::Changes;
        state.expandable = folds;
        state.expanded = folds && row.open;
        state.collapsed = folds && !row.open;
        return state;
    }

    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface *>(this) : nullptr;
    }
    QStringList actionNames() const override
    {
        QStringList names{pressAction(), setFocusAction()};
        if (isValid() && index() >= 0) {
            for (const TimelineView::Offer &offer : m_view->offersOf(std::size_t(index())))
                names.append(offer.words);
        }
        return names;
    }
    QString localizedActionName(const QString &name) const override
    {
        return name == pressAction() || name == setFocusAction() ? QAccessibleActionInterface::localizedActionName(name)
                                                                 : name;
    }
    void doAction(const QString &action) override
    {
        if (!isValid())
            return;
        if (action == setFocusAction()) {
            m_view->setFocus();
            m_view->focusRow(std::size_t(index()));
        } else if (action == pressAction()) {
            m_view->activateRow(std::size_t(index()));
        } else {
            for (const TimelineView::Offer &offer : m_view->offersOf(std::size_t(index()))) {
                if (offer.words == action)
                    return m_view->takeOffer(std::size_t(index()), offer);
            }
        }
    }
    QStringList keyBindingsForAction(const QString &action) const override
    {
        return action == pressAction() ? QStringList{Words::tr("Space")} : QStringList{};
    }

    int index() const { return m_view->rowIndexOf(m_key); }

private:
    QPointer<TimelineView> m_view;
    RowKey m_key;
};

class ViewAccessible final : public QAccessibleWidget {
public:
    explicit ViewAccessible(TimelineView *view)
        : QAccessibleWidget(view, QAccessible::List)
    {
    }
    ~ViewAccessible() override
    {
        for (const auto &[key, id] : m_children)
            QAccessible::deleteAccessibleInterface(id);
    }

    int childCount() const override { return int(view()->rows().size()); }

    QAccessibleInterface *child(int index) const override
    {
        const auto &rows = view()->rows();
        if (index < 0 || index >= int(rows.size()))
            return nullptr;
        const RowKey &key = rows[std::size_t(index)].key;
        if (const auto known = m_children.find(key); known != m_children.end()) {
            if (QAccessibleInterface *made = QAccessible::accessibleInterface(known->second))
                return made;
        }
        forgetGone();
        auto *made = new RowAccessible(view(), key);
        m_children[key] = QAccessible::registerAccessibleInterface(made);
        return made;
    }

    QAccessibleInterface *childAt(int x, int y) const override
    {
        const int row = view()->rowAt(view()->viewport()->mapFromGlobal(QPoint(x, y)));
        return row < 0 ? nullptr : child(row);
    }
    int indexOfChild(const QAccessibleInterface *made) const override
    {
        const auto *row = dynamic_cast<const RowAccessible *>(made);
        return row && row->isValid() ? row->index() : -1;
    }
    QAccessibleInterface *focusChild() const override
    {
        return view()->hasFocus() && view()->focusedRow() >= 0 ? child(view()->focusedRow()) : nullptr;
    }
    QString text(QAccessible::Text kind) const override
    {
        if (kind != QAccessible::Name)
            return QAccessibleWidget::text(kind);
        const int items = int(view()->model().items().size());
        return Words::tr("Timeline of %1, %n items", nullptr, items).arg(view()->model().customerName());
    }

private:
    TimelineView *view() const { return static_cast<TimelineView *>(object()); }

    /// Rows that are no longer there give their interfaces back, now and then.
    void forgetGone() const
    {
        if (m_children.size() < 512)
            return;
        for (auto child = m_children.begin(); child != m_children.end();) {
            if (view()->rowIndexOf(child->first) >= 0) {
                ++child;
                continue;
            }
            QAccessible::deleteAccessibleInterface(child->second);
            child = m_children.erase(child);
        }
    }

    mutable std::map<RowKey, QAccessible::Id> m_children;
};

QAccessibleInterface *makeAccessible(const QString &, QObject *object)
{
    auto *view = qobject_cast<TimelineView *>(object);
    return view ? new ViewAccessible(view) : nullptr;
}

} // namespace

void installTimelineAccessibility()
{
    static const bool installed = [] {
        QAccessible::installFactory(makeAccessible);
        return true;
    }();
    Q_UNUSED(installed)
}

} // namespace tributary::ui
