#pragma once

#include <QString>
#include <QStringList>

#include <set>

namespace tributary::ui {

/// In which order the sections of the customer panel stand, and which are folded. Kept as text; sections that another
/// program knows stay in it.
class PanelOrder {
public:
    /// Every section, in the usual order.
    static const QStringList &usual();
    static PanelOrder fromText(const QString &text);
    QString text() const;

    /// Those of usual(), each once.
    QStringList sections() const;
    bool isFolded(const QString &section) const { return m_folded.contains(section); }
    void setFolded(const QString &section, bool folded);
    /// Puts @p section in front of @p other; empty: to the end.
    void moveBefore(const QString &section, const QString &other);
    bool isUsual() const { return sections() == usual(); }
    void resetOrder() { m_order = usual(); }

    friend bool operator==(const PanelOrder &, const PanelOrder &) = default;

private:
    QStringList m_order = usual();
    std::set<QString> m_folded;
};

} // namespace tributary::ui
