#pragma once

#include "core/client/hub_access.h"
#include "ui/admin/setup_page.h"

#include <QTimer>

namespace tributary::ui {

class AuditExport;

/// Who did what (UX 6.13): read from the hub page by page as one scrolls, filtered there, never kept here. Entries cannot be
/// changed by anybody.
class AuditPage : public SetupPage {
    Q_OBJECT
public:
    explicit AuditPage(const AdminTools &tools, QWidget *parent = nullptr);

    RecordTable &table() { return *m_table; }
    const client::HubAccess::AuditFilter &wanted() const { return m_wanted; }
    /// What the hub has said to the newest question; for tests as well. @p begins: it is the first page.
    void show(const Result<client::HubAccess::AuditPage> &page, bool begins);
    /// Writes what the filter matches into that file.
    void exportTo(const QString &path);
    void exportShown() override;

protected:
    void showAll() override;
    bool saveForm() override { return true; }
    void reloadForm() override {}
    void formClosed() override;
    void mainClicked() override;
    bool refused(const model::CommandBody &) override { return false; }
    void showEvent(QShowEvent *event) override;

private:
    void ask(std::int64_t before);
    void askMore();
    void open(const RawId &id);
    void showMenu(const QList<RawId> &ids, const QRect &place);
    void pickPerson();
    void pickKind();
    void pickTime();
    void setTime(std::optional<TimePoint> from, std::optional<TimePoint> until, const QString &words);
    void showEmptyWords();

    RecordTable *m_table;
    ChoiceButton *m_person, *m_kind, *m_time;
    TextLabel *m_who, *m_when, *m_where, *m_was, *m_became, *m_wasTitle, *m_becameTitle;
    client::HubAccess::AuditFilter m_wanted;
    std::optional<client::HubAccess::AuditFilter> m_asked; ///< What is shown, or on its way.
    std::vector<client::HubAccess::AuditEntry> m_entries;
    std::int64_t m_next = 0;
    int m_question = 0; ///< Answers to earlier ones are not shown.
    bool m_asking = false;
    std::optional<Error> m_problem;
    QTimer m_typing;
    AuditExport *m_export = nullptr;
};

} // namespace tributary::ui
