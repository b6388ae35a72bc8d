#pragma once

#include "ui/admin/admin_parts.h"
#include "ui/admin/record_table.h"
#include "ui/admin/setup_desk.h"
#include "ui/shell/picker.h"

#include <functional>

class QHBoxLayout;
class QVBoxLayout;
class QStackedWidget;

namespace tributary::ui {

class Toasts;

/// What every page of the Admin section is given. All of it outlives the page.
struct AdminTools {
    const Theme &theme;
    SetupDesk &desk;
    Picker &picker;
    Toasts &toasts;
};

/// A page of the Admin section: a header with its name, a filter and one button, below it a table, beside that the details
/// of what is open.
class SetupPage : public QWidget {
    Q_OBJECT
public:
    /// @p needed is what somebody must be allowed to change anything here.
    SetupPage(const AdminTools &tools, const QString &title, model::Permission needed, QWidget *parent);

    const QString &title() const { return m_title; }
    model::Permission needed() const { return m_needed; }
    /// Reads what is shown again.
    void refresh();
    /// The hub did not do @p body. Whether it is said here, above the form.
    bool take(const model::CommandBody &body, const QString &words);
    /// Ctrl+S and Esc.
    void save();
    void revert();
    /// The table where there is nothing to filter.
    void focusFilter();
    void focusTable();
    /// The table of records; null where a page has another.
    RecordTable *records() const { return m_records; }
    /// Ctrl+E: what is shown, or what is selected of it, as a file.
    virtual void exportShown();
    /// Writes it there.
    void exportRows(const QString &path);
    DetailPane &pane() { return *m_pane; }
    Button &mainButton() { return *m_main; }
    QLineEdit &filter() { return *m_filter; }
    /// Widgets that F6 goes to.
    QList<QWidget *> stops() const;

protected:
    /// The table, or what stands for it; takes the room below the header.
    void setTable(QWidget *table);
    void setMainButton(const QString &text, const QString &icon);
    /// Beside the name of the page; how many are selected follows.
    void setCount(const QString &words);
    void addToHeader(QWidget *widget);
    EmptyNote &empty() { return *m_empty; }
    void showEmpty(bool empty);
    /// Shows the details of what is open now, or hides them.
    void showPane(bool shown);
    QString typed() const;
    /// Why nothing can be changed here just now; empty: it can.
    QString whyReadOnly() const;
    QRect placeOf(const QWidget *widget) const;
    /// Where a question about what is chosen in the table is asked: at the current row.
    QRect placeOfCurrent() const;
    /// What a menu or a question is about: the name of the one, or how many.
    QString aboutWords(const QStringList &names) const;
    /// A menu of what can be done to what is chosen in the table; what cannot be says why.
    void popUp(const QRect &place, Picker::Question question);
    /// A choice that takes all of them away.
    Choice removeChoice(const QStringList &names) const;
    /// The rows as they stand in a file.
    virtual QList<TableRow> rowsToExport() const;
    /// What the form is about: when it was saved is said there.
    virtual std::optional<RawId> openedId() const { return {}; }
    const store::WorkspaceSetup &setup() const { return m_tools.desk.shown(); }

    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

    /// Another one is opened while @p name has been changed and not saved: said, with a way back.
    void offerBack(const QString &name, std::function<void()> back);
    /// What is typed in the form of @p id is not saved: opening it again would take it away.
    bool isBeingWritten(const RawId &id) const;
    /// What the form is of, @p id, is not there any more; or, if the hub never had it, will not be.
    void closeGone(const RawId &id, bool wasThere = true);

    virtual void showAll() = 0;     ///< From the setup as it is now.
    virtual bool saveForm() = 0;    ///< False where something is wrong: the form says what.
    virtual void reloadForm() = 0;  ///< What is saved, in place of what was typed.
    virtual void formClosed() = 0;  ///< Nothing is open any more.
    virtual void mainClicked() = 0; ///< Add, invite.
    /// A change came back: what was typed is put into the form again. Whether it is about what is open here.
    virtual bool refused(const model::CommandBody &body) = 0;

    AdminTools m_tools;

private:
    /// Finds room for the details and for what stands in the header.
    void arrange();
    void showCount();
    void showSaved();

    const QString m_title;
    const model::Permission m_needed;
    TextLabel *m_count;
    QWidget *m_start, *m_extras;
    QVBoxLayout *m_lines;
    QHBoxLayout *m_headLine;
    bool m_folded = false; ///< What was added to the header stands below it.
    QLineEdit *m_filter;
    QHBoxLayout *m_head;
    Button *m_main;
    QStackedWidget *m_middle;
    EmptyNote *m_empty;
    DetailPane *m_pane;
    QWidget *m_table = nullptr;
    RecordTable *m_records = nullptr;
    QString m_countWords;
};

} // namespace tributary::ui
