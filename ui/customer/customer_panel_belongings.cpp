// Orders and files of a person, and the order of the sections.
#include "ui/customer/customer_panel.h"

#include "ui/customer/order_sum.h"
#include "ui/customer/panel_rows.h"
#include "ui/customer/section_header.h"
#include "ui/shell/row_drag.h"
#include "ui/theme/order_look.h"

#include <QMenu>
#include <QScrollArea>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

constexpr std::size_t kOrdersShown = 2, kFilesShown = 4;

QString q(const std::string &text)
{
    return QString::fromStdString(text);
}

QString detail(const store::PersonOrder &order, const char *name)
{
    const auto found = order.details.find(name);
    return found == order.details.end() ? QString() : q(found->second);
}

} // namespace

void CustomerPanel::setOrder(const PanelOrder &order)
{
    if (order == m_order)
        return;
    m_order = order;
    if (m_shown)
        changed();
}

/// Shows @p shown of @p total, with a button for the others.
void CustomerPanel::addShowAll(QVBoxLayout *layout, const QString &section, std::size_t shown, std::size_t total)
{
    const bool isWhole = m_whole.contains(section);
    if (total <= shown)
        return;
    auto *all = new Button(m_theme, Button::Look::Ghost,
                           isWhole ? tr("Show fewer") : tr("Show all %1").arg(locale().toString(qint64(total))));
    all->setObjectName("showAll-" + section);
    all->setHeightClass(24);
    connect(all, &QAbstractButton::clicked, this, [this, section, isWhole] {
        if (isWhole)
            m_whole.erase(section);
        else
            m_whole.insert(section);
        QMetaObject::invokeMethod( // the button that was clicked goes
            this,
            [this, section] {
                changed();
                if (auto *again = findChild<Button *>("showAll-" + section))
                    again->setFocus(Qt::TabFocusReason);
            },
            Qt::QueuedConnection);
    });
    layout->addWidget(all, 0, Qt::AlignLeading);
}

void CustomerPanel::addOrders()
{
    const std::vector<store::PersonOrder> &orders = m_belongings.orders;
    if (orders.empty())
        return;
    const QString total = locale().toString(qint64(orders.size()));
    // Of a part of them no sum is told.
    const QString sum = orders.size() < kOrdersAsked ? orderSum(orders, m_format.locale()) : QString();
    //: How many orders, and what they come to.
    QVBoxLayout *layout = section(tr("Orders"), sum.isEmpty() ? total : tr("%1 · %2").arg(total, sum));
    const std::size_t count = m_whole.contains("orders") ? orders.size() : std::min(orders.size(), kOrdersShown);
    for (std::size_t i = 0; i < count; ++i) {
        const store::PersonOrder &order = orders[i];
        const QString number = detail(order, "number"), status = detail(order, "status"), items = detail(order, "items");
        const QString day = m_format.shortDate(m_format.dateOf(order.at), m_clock.now());
        const OrderState state = orderState(status);
        auto *row = new PanelRow(m_theme, {.text = number.isEmpty() ? tr("Order without a number") : number,
                                           .end = detail(order, "total"),
                                           //: When an order was told of last, and what was ordered.
                                           .detail = items.isEmpty() ? day : tr("%1, %2").arg(day, items),
                                           .icon = "channel-order",
                                           .state = status.isEmpty() ? QString() : orderStatusName(state, status),
                                           .stateTone = toneOf(m_theme, state)});
        row->setObjectName("panelOrder");
        row->setToolTip(tr("Show it on the timeline"));
        connect(row, &QAbstractButton::clicked, this, [this, order] { emit itemChosen(order.conversation, order.item); });
        layout->addWidget(row);
    }
    addShowAll(layout, "orders", kOrdersShown, orders.size());
}

void CustomerPanel::addFiles()
{
    const std::vector<store::PersonFile> &files = m_belongings.files;
    if (files.empty())
        return;
    const QString total = locale().toString(qint64(files.size()));
    QVBoxLayout *layout = section(tr("Files"), m_belongings.moreFiles ? tr("newest %1").arg(total) : total);
    const std::size_t count = m_whole.contains("files") ? files.size() : std::min(files.size(), kFilesShown);
    for (std::size_t i = 0; i < count; ++i) {
        const store::PersonFile &file = files[i];
        const QString size = locale().formattedDataSize(file.attachment.sizeBytes, 0, QLocale::DataSizeTraditionalFormat);
        const QString from = file.subject.empty() ? tr("No subject") : q(file.subject);
        auto *row = new PanelRow(m_theme, {.text = q(file.attachment.name),
                                           .end = m_format.shortDate(m_format.dateOf(file.at), m_clock.now()),
                                           //: The size of a file, and the subject of the conversation it came with.
                                           .detail = tr("%1, %2").arg(size, from),
                                           .icon = file.attachment.mediaType.starts_with("image/") ? "image" : "attach"});
        row->setObjectName("panelFile");
        row->setToolTip(tr("Open %1").arg(q(file.attachment.name)));
        row->setContextMenuPolicy(Qt::CustomContextMenu);
        connect(row, &QAbstractButton::clicked, this, [this, file] { emit fileWanted(file.attachment, false); });
        connect(row, &QWidget::customContextMenuRequested, this, [this, row, file](const QPoint &at) {
            auto *menu = new QMenu(this);
            menu->setAttribute(Qt::WA_DeleteOnClose);
            menu->addAction(tr("Open"), this, [this, file] { emit fileWanted(file.attachment, false); });
            menu->addAction(tr("Save as"), this, [this, file] { emit fileWanted(file.attachment, true); });
            menu->addAction(tr("Show where it came"), this, [this, file] { emit itemChosen(file.conversation, file.item); });
            menu->popup(row->mapToGlobal(at));
        });
        layout->addWidget(row);
    }
    addShowAll(layout, "files", kFilesShown, files.size());
}

// --- The order of the sections

SectionHeader *CustomerPanel::header(const QString &section) const
{
    return m_scroll->findChild<SectionHeader *>("section-" + section);
}

QStringList CustomerPanel::sectionsShown() const
{
    QStringList shown;
    for (const QString &section : m_order.sections()) {
        if (header(section))
            shown.append(section);
    }
    return shown;
}

void CustomerPanel::wireHeader(SectionHeader *header, QWidget *content)
{
    const QString id = header->id();
    header->setFolded(m_order.isFolded(id));
    content->setVisible(!m_order.isFolded(id));
    connect(header, &QAbstractButton::clicked, this, [this, id, header, content] {
        m_order.setFolded(id, !m_order.isFolded(id));
        header->setFolded(m_order.isFolded(id));
        content->setVisible(!m_order.isFolded(id));
        emit orderChanged(m_order);
    });
    connect(header, &SectionHeader::moveWanted, this, [this, id](int by) {
        const QStringList shown = sectionsShown(); // past what is on the screen: each press moves it visibly
        const qsizetype to = shown.indexOf(id) + by;
        if (to < 0 || to >= shown.size())
            return;
        const qsizetype before = by < 0 ? to : to + 1;
        moveSection(id, before < shown.size() ? shown[before] : QString());
    });
    connect(header, &SectionHeader::menuWanted, this, [this, id](const QPoint &at) { showSectionMenu(id, at); });
    connect(&header->drag(), &RowDrag::movedTo, this, [this](const QPoint &at) { markDrop(at); });
    connect(&header->drag(), &RowDrag::cancelled, this, [this] { markDrop({}); });
    connect(&header->drag(), &RowDrag::droppedAt, this, [this, id](const QPoint &at) {
        const QString before = sectionAt(at);
        markDrop({});
        moveSection(id, before);
    });
}

/// The section in front of which something held there would come; empty: behind all.
QString CustomerPanel::sectionAt(const QPoint &globalPosition) const
{
    for (const QString &section : sectionsShown()) {
        const QWidget *box = header(section)->parentWidget();
        if (globalPosition.y() < box->mapToGlobal(QPoint(0, box->height() / 2)).y())
            return section;
    }
    return {};
}

void CustomerPanel::markDrop(const QPoint &globalPosition)
{
    QWidget *content = m_scroll->widget();
    if (!m_dropLine && content) {
        m_dropLine = new Surface(
            m_theme, [](const Colors &c) { return c.accent.fill; }, Surface::None, content);
        m_dropLine->setObjectName("sectionDrop");
    }
    if (!m_dropLine)
        return;
    const QStringList shown = sectionsShown();
    m_dropLine->setVisible(!globalPosition.isNull() && !shown.isEmpty());
    if (!m_dropLine->isVisible())
        return;
    const QString before = sectionAt(globalPosition);
    const QWidget *box = header(before.isEmpty() ? shown.back() : before)->parentWidget();
    const int y = before.isEmpty() ? box->geometry().bottom() : box->y();
    m_dropLine->setGeometry(m_theme.px(8), std::max(0, y - 1), content->width() - 2 * m_theme.px(8), 2);
    m_dropLine->raise();
}

void CustomerPanel::moveSection(const QString &section, const QString &before)
{
    const PanelOrder was = m_order;
    QString target = before;
    if (target.isEmpty()) { // behind the last that is shown, not behind what is not
        const QStringList all = m_order.sections(), shown = sectionsShown();
        const qsizetype last = shown.isEmpty() ? -1 : all.indexOf(shown.back());
        if (last >= 0 && last + 1 < all.size())
            target = all[last + 1];
    }
    m_order.moveBefore(section, target);
    if (m_order == was)
        return;
    emit orderChanged(m_order);
    QMetaObject::invokeMethod( // not within what its heading is doing
        this,
        [this, section] {
            changed();
            if (SectionHeader *moved = header(section))
                moved->setFocus(Qt::TabFocusReason);
        },
        Qt::QueuedConnection);
}

void CustomerPanel::showSectionMenu(const QString &section, const QPoint &globalPosition)
{
    auto *menu = new QMenu(this);
    menu->setObjectName("sectionMenu");
    menu->setAttribute(Qt::WA_DeleteOnClose);
    SectionHeader *at = header(section);
    const QStringList shown = sectionsShown();
    const qsizetype place = shown.indexOf(section);
    menu->addAction(m_order.isFolded(section) ? tr("Unfold") : tr("Fold"), at, &QAbstractButton::click);
    QAction *up = menu->addAction(tr("Move up"), at, [at] { emit at->moveWanted(-1); });
    up->setEnabled(place > 0);
    QAction *down = menu->addAction(tr("Move down"), at, [at] { emit at->moveWanted(1); });
    down->setEnabled(place >= 0 && place + 1 < shown.size());
    menu->addSeparator();
    QAction *reset = menu->addAction(tr("Reset the order"), this, [this, section] {
        m_order.resetOrder();
        emit orderChanged(m_order);
        changed();
        if (SectionHeader *moved = header(section))
            moved->setFocus(Qt::TabFocusReason);
    });
    reset->setObjectName("resetOrder");
    reset->setEnabled(!m_order.isUsual());
    menu->popup(globalPosition);
}

} // namespace tributary::ui
