#pragma once

#include "ui/theme/theme.h"

#include <QAbstractTextDocumentLayout>
#include <QImage>
#include <QTextEdit>

namespace tributary::ui {

/// The text being written: plain, each paragraph in the direction of its first strong letter, as high as it needs between
/// two lines and what its owner allows. Files and pictures that are pasted or dropped go out as signals.
class ComposerEditor : public QTextEdit {
    Q_OBJECT
public:
    explicit ComposerEditor(const Theme &theme, QWidget *parent = nullptr);
    void setMaximumLines(int pixels);
    /// Words while it is empty.
    void setHint(const QString &hint);
    void setNote(bool note);
    int wantedHeight() const;
    /// What is pasted, or dropped here or near: files, a picture, or text.
    bool canInsertFromMimeData(const QMimeData *source) const override;
    void insertFromMimeData(const QMimeData *source) override;

signals:
    void filesGiven(const QStringList &paths);
    void imageGiven(const QImage &image);
    void leaveWanted();   ///< Esc.
    void lastWanted();    ///< Up, where nothing is written.
    void mentionWanted(); ///< "@" at the beginning of a word of a note.
    void heightWanted();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void applyTheme();

    const Theme &m_theme;
    QString m_hint;
    int m_most = 400;
    bool m_note = false;
};

} // namespace tributary::ui
