#pragma once

#include "ui/admin/setup_page.h"

class QLineEdit;

namespace tributary::ui {

/// A page of records that have a name and an order of their own: what can be done to one from its row, and to several at
/// once, is the same for all such pages.
class OrderedPage : public SetupPage {
    Q_OBJECT
public:
    using SetupPage::SetupPage;

protected:
    /// The table, and what its menu is called. A record that is renamed in its row is opened, and saved with the name in
    /// @p name.
    void setRecords(RecordTable *table, const char *menu, const QString &icon, QLineEdit *name);

    virtual void openRecord(const RawId &id) = 0;
    /// In the order of the page; of those that are still there.
    virtual QStringList namesOf(const QList<RawId> &ids) const = 0;
    /// What stays when these are removed.
    virtual QString staysWords(const QList<RawId> &ids) const = 0;
    virtual model::CommandBody removal(const RawId &id) const = 0;
    /// What moves @p id by so many places: nothing where it is at the end.
    virtual std::vector<model::CommandBody> moves(const RawId &id, int by) const = 0;

private:
    void showMenu(const QList<RawId> &ids, const QRect &place);
    void pickRemoval(const QList<RawId> &ids, const QRect &place);
    /// Why the order cannot be changed now; empty: it can.
    QString whyNotMoved() const;
    void move(const RawId &id, int by);

    RecordTable *m_ordered = nullptr;
    QString m_menu, m_icon;
};

} // namespace tributary::ui
