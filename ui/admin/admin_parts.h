#pragma once

#include "ui/shell/controls.h"

#include <QPointer>

class QLineEdit;
class QScrollArea;
class QVBoxLayout;

/// What the pages of the Admin section are made of.
namespace tributary::ui {

/// What an empty page says: a glyph, a title, one sentence and one button (UX 3.2).
class EmptyNote : public QWidget {
    Q_OBJECT
public:
    EmptyNote(const Theme &theme, const QString &icon, QWidget *parent = nullptr);
    /// No button where @p button is empty.
    void setWords(const QString &title, const QString &sentence, const QString &button);
    Button *button() { return m_button; }

private:
    TextLabel *m_title, *m_sentence;
    Button *m_button;
};

/// One question of a form: its name above the control, below it help, or in red what is wrong.
class FormField : public QWidget {
    Q_OBJECT
public:
    FormField(const Theme &theme, const QString &name, QWidget *control, QWidget *parent = nullptr);
    void setHelp(const QString &help);
    /// Empty: nothing is wrong.
    void setProblem(const QString &problem);
    bool hasProblem() const { return !m_wrong.isEmpty(); }
    const QString &problem() const { return m_wrong; }
    QWidget *control() { return m_control; }

private:
    void showWords();

    const Theme &m_theme;
    QWidget *m_control;
    TextLabel *m_words;
    QString m_help, m_wrong;
};

/// A button that shows what is chosen and opens a picker.
class ChoiceButton : public Button {
    Q_OBJECT
public:
    ChoiceButton(const Theme &theme, const QString &what, QWidget *parent = nullptr);
    void setChoice(const QString &text);
    QSize sizeHint() const override;

private:
    const Theme &m_theme;
    const QString m_what;
};

/// 32 px in words, for one pane (UX 6.16).
class Strip : public QWidget {
    Q_OBJECT
public:
    enum class Tone { Warning, Danger };
    Strip(const Theme &theme, Tone tone, QWidget *parent = nullptr);
    /// Hidden while empty.
    void setWords(const QString &words);
    const QString &words() const { return m_shown; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void fit();

    const Theme &m_theme;
    Tone m_tone;
    TextLabel *m_words;
    QString m_shown;
};

/// The details beside a table: 344 wide, a header of 48, a form that scrolls, and what can be done at the foot (UX 6.13).
class DetailPane : public Surface {
    Q_OBJECT
public:
    DetailPane(const Theme &theme, QWidget *parent = nullptr);

    void setTitle(const QString &title);
    QString title() const;
    /// In place of the table, where both have no room; otherwise beside it.
    void setWide(bool wide);
    /// An avatar before the title.
    void setPerson(const QString &name, const RawId &id);
    QVBoxLayout *body() { return m_body; }
    void addField(FormField *field);
    /// A red one at the end of the foot: Remove, Deactivate.
    Button *dangerButton() { return m_danger; }
    Button *saveButton() { return m_save; }
    Button *revertButton() { return m_revert; }
    /// Whether there is something to save; both buttons show it.
    void setDirty(bool dirty);
    bool isDirty() const { return m_dirty; }
    /// What the hub, or the form, has said: above the form until the next change.
    void setProblem(const QString &words);
    QString problem() const { return m_problem->words(); }
    /// When it was saved, above the buttons; hidden while empty.
    void setSaved(const QString &words);
    /// Why nothing can be changed; empty: it can.
    void setReadOnly(const QString &why);
    void focusFirst();

signals:
    void closed();
    void saveWanted();
    void revertWanted();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    const Theme &m_theme;
    AvatarView *m_avatar;
    TextLabel *m_title, *m_saved;
    Button *m_close, *m_save, *m_revert, *m_danger;
    Strip *m_problem;
    QWidget *m_form;
    QVBoxLayout *m_body;
    QString m_readOnly;
    QPointer<QWidget> m_hadFocus; ///< In the form, until it could not be changed.
    bool m_dirty = false;
    bool m_wide = false;
};

} // namespace tributary::ui
