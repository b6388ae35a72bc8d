#pragma once

#include "ui/shell/controls.h"

#include <functional>
#include <optional>
#include <variant>

class QLineEdit;

namespace tributary::ui {

/// A line of the panel's details: a name, and a value that is changed where it stands. A click or Enter edits, Enter saves,
/// Esc reverts; what will not do is said under it.
class FieldRow : public QWidget {
    Q_OBJECT
public:
    struct Content {
        QString name, value;
        QString edited;      ///< What the editor begins with.
        QString placeholder; ///< Shown where there is no value.
        QString whyNot;      ///< Cannot be changed, and why; empty: it can.
        /// Nothing: saved. A sentence: why that will not do.
        std::function<QString(const QString &typed)> save;
        /// Something else than an editor opens, at this place.
        std::function<void(const QRect &anchor)> choose;
    };
    FieldRow(const Theme &theme, Content content, QWidget *parent = nullptr);

    const QString &name() const { return m_content.name; }
    /// What it shows by now; an editor that is open stays as it is.
    void setContent(Content content);
    bool isEditing() const { return m_editor; }
    /// Something else than the value stands in the editor.
    bool isChanged() const;
    void edit();
    /// Somebody turns to something else: what has been typed is saved if it will do.
    void leave();
    /// Something that was left in the editor of the field @p name, and why it will not do.
    struct Refused {
        QString name, typed, why;
    };
    std::optional<Refused> refused() const;
    static QString wordsOf(const Refused &refused); ///< "Birthday: This takes a day."
    /// Stands in the editor again, as it was left; what has the focus keeps it.
    void takeUp(const Refused &refused);
    void showProblem();

signals:
    void typed();
    void editingEnded();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    class Value;
    void openEditor(const QString &text);
    void save();
    void say(const QString &why);
    void endEditing();

    const Theme &m_theme;
    Content m_content;
    Value *m_value;
    QLineEdit *m_editor = nullptr;
    TextLabel *m_problem = nullptr;
};

} // namespace tributary::ui
