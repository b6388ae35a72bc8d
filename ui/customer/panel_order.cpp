#include "ui/customer/panel_order.h"

namespace tributary::ui {
namespace {

constexpr int kMostSections = 64; ///< Of a text that somebody may have edited.

} // namespace

const QStringList &PanelOrder::usual()
{
    static const QStringList all{"open", "identities", "suggestion", "merged",   "orders",
                                 "tags", "details",    "consent",    "previous", "files"};
    return all;
}

PanelOrder PanelOrder::fromText(const QString &text)
{
    PanelOrder order;
    order.m_order.clear();
    for (QString name : text.split(u' ', Qt::SkipEmptyParts).mid(0, kMostSections)) {
        const bool folded = name.startsWith(u'-');
        if (folded)
            name.remove(0, 1);
        if (name.isEmpty() || order.m_order.contains(name))
            continue;
        order.m_order.append(name);
        if (folded)
            order.m_folded.insert(name);
    }
    // What came with a newer program stands behind what it follows usually.
    for (qsizetype i = 0; i < usual().size(); ++i) {
        if (order.m_order.contains(usual()[i]))
            continue;
        const qsizetype after = i == 0 ? -1 : order.m_order.indexOf(usual()[i - 1]);
        order.m_order.insert(after + 1, usual()[i]);
    }
    return order;
}

QString PanelOrder::text() const
{
    QStringList words;
    for (const QString &section : m_order)
        words.append(isFolded(section) ? u'-' + section : section);
    return words.join(u' ');
}

QStringList PanelOrder::sections() const
{
    QStringList known;
    for (const QString &section : m_order) {
        if (usual().contains(section))
            known.append(section);
    }
    return known;
}

void PanelOrder::setFolded(const QString &section, bool folded)
{
    if (folded)
        m_folded.insert(section);
    else
        m_folded.erase(section);
}

void PanelOrder::moveBefore(const QString &section, const QString &other)
{
    if (section == other || !m_order.contains(section))
        return;
    m_order.removeAll(section);
    const qsizetype at = other.isEmpty() ? -1 : m_order.indexOf(other);
    m_order.insert(at < 0 ? m_order.size() : at, section);
}

} // namespace tributary::ui
