#pragma once

#include "core/base/id.h"
#include "ui/theme/theme.h"

#include <QAbstractListModel>
#include <QListView>
#include <QStyledItemDelegate>
#include <optional>

namespace tributary::ui {

/// A row of a picker or of the palette.
struct Choice {
    QString id; ///< What the opener gets back.
    QString text;
    QString detail; ///< Paler, after the text.
    QString icon;
    QString key;    ///< Shown as a keycap at the end.
    QString person; ///< A name: an avatar instead of an icon.
    RawId personId{};
    QColor iconColor; ///< Other than the usual one, for channels.
    bool checked = false;
    bool enabled = true;
    bool heading = false; ///< A group's name: cannot be chosen.

    friend bool operator==(const Choice &, const Choice &) = default;
};

class ChoiceModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { ChoiceRole = Qt::UserRole };
    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

    void setChoices(QList<Choice> choices);
    const QList<Choice> &choices() const { return m_choices; }

private:
    QList<Choice> m_choices;
};

/// Paints choices; what was typed stands out in them.
class ChoiceDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    ChoiceDelegate(const Theme &theme, int rowHeight, QObject *parent);
    void setNeedle(const QString &needle) { m_needle = needle; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    const Theme &m_theme;
    int m_rowHeight;
    QString m_needle;
};

/// A list of choices that is steered from a text field beside it.
class ChoiceList : public QListView {
    Q_OBJECT
public:
    ChoiceList(const Theme &theme, int rowHeight, QWidget *parent);

    /// Shows @p choices. The row that was current stays so if @p keepCurrent and it is still there, else the first.
    void setChoices(QList<Choice> choices, const QString &needle, bool keepCurrent = false);
    const QList<Choice> &choices() const { return m_model->choices(); }
    std::optional<Choice> currentChoice() const;
    /// One row up or down past headings, round the ends.
    void step(int by);
    /// Pixels that all rows need.
    int contentHeight() const;

signals:
    void chosen(const tributary::ui::Choice &choice);

private:
    ChoiceModel *m_model;
    ChoiceDelegate *m_delegate;
    int m_rowHeight;
    const Theme &m_theme;
};

/// Whether @p text matches what was typed: every word of it begins a word of the text, accents and case folded.
bool matchesTyped(const QString &text, const QString &typed);

} // namespace tributary::ui

Q_DECLARE_METATYPE(tributary::ui::Choice)
