#pragma once

#include "core/client/customer_import.h"
#include "ui/shell/overlay.h"
#include "ui/shell/painted_rows.h"

class QMimeData;
class QScrollArea;
class QStackedWidget;
class QVBoxLayout;

namespace tributary::ui {

class Picker;

/// Rows of a file, and what would become, or became, of each.
class ImportLines : public PaintedRows {
    Q_OBJECT
public:
    ImportLines(const Theme &theme, const Clock &clock, const client::CustomerImport &import, QWidget *parent = nullptr);
    /// Reads again which rows there are. @p refusedOnly: those that are in no case taken.
    void show(bool refusedOnly);
    int count() const override { return m_refusedOnly ? int(m_refused.size()) : m_all; }
    int rowHeight() const override { return m_theme.px(28); }
    int headerHeight() const override { return m_theme.px(28); }
    QString spoken(int row) const override;

protected:
    void paintHeader(QPainter &painter, const QRect &box) override;
    void paintRow(QPainter &painter, int row, const QRect &box) override;

private:
    const client::ImportLine *line(int row) const;
    const client::CustomerImport &m_import;
    std::vector<std::size_t> m_refused;
    int m_all = 0;
    bool m_refusedOnly = false;
};

/// Customers from a file (UX 6.17): choose or drop it, say what its columns are, see what would happen, and then do it. It
/// goes on while the sheet is closed.
class ImportSheet : public Overlay {
    Q_OBJECT
public:
    ImportSheet(const Theme &theme, const Clock &clock, client::Workspace &workspace, Picker &picker, QWidget *window);

    /// The one file that is dragged there; empty: it is something else.
    static QString fileIn(const QMimeData *data);
    /// Where it was left; a new one when that is over.
    void open();
    void choose(const QString &path);
    client::CustomerImport &import() { return *m_import; }
    const std::vector<client::ImportColumn> &columns() const { return m_columns; }
    void setColumn(std::size_t index, const client::ImportColumn &column);

signals:
    /// An import that nobody looked at is over: for a toast.
    void endedUnseen();

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    class Bar;
    enum Page { Choose, Columns, Outcome };

    QWidget *makeChoosePage();
    QWidget *makeColumnsPage();
    QWidget *makeOutcomePage();
    void askFile();
    void look(const QString &path);
    void showColumns();
    void pickColumn(std::size_t index, QWidget *at);
    void pickRegion();
    void showOutcome();
    void go(Page page);
    void next();
    void saveRefused();
    void say(const QString &problem);
    /// What comes next begins with another file.
    void forgetFile();
    /// Nothing of it is for whoever signs in next.
    void forgetOthers();
    QString notYet() const; ///< Why it cannot go on; empty: it can.

    const Clock &m_clock;
    client::Workspace &m_workspace;
    Picker &m_picker;
    client::CustomerImport *m_import;
    client::ImportFile m_file;
    std::vector<client::ImportColumn> m_columns;
    std::vector<model::FieldDefinition> m_fields;
    QString m_region; ///< That of our accounts, else this computer's, until somebody picks one.
    bool m_isRegionPicked = false;
    std::uint64_t m_looked = 0; ///< Answers about an earlier file are dropped.
    model::AgentId m_agent;     ///< Whose file it is.
    QStackedWidget *m_pages;
    TextLabel *m_title, *m_problem, *m_about, *m_figures;
    QScrollArea *m_scroll;
    Button *m_chooseButton, *m_regionButton, *m_back, *m_stop, *m_save, *m_next;
    Segment *m_which;
    Bar *m_bar;
    ImportLines *m_lines;
};

} // namespace tributary::ui
