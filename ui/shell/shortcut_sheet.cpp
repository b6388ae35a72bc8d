#include "ui/shell/shortcut_sheet.h"

#include "ui/shell/action_registry.h"

#include <QKeySequence>
#include <QPainter>
#include <QScrollArea>
#include <QStyle>
#include <QVBoxLayout>

namespace tributary::ui {

/// The actions in two columns, a group under its heading.
class ShortcutSheet::Page : public QWidget {
public:
    Page(const Theme &theme, const ActionRegistry &actions)
        : m_theme(theme)
        , m_actions(actions)
    {
        setAccessibleName(tr("Keys"));
    }

    void read()
    {
        m_columns[0].clear();
        m_columns[1].clear();
        QStringList groups, words;
        for (const auto &entry : m_actions.entries()) {
            if (!groups.contains(entry.spec.group) && !entry.spec.group.isEmpty())
                groups.append(entry.spec.group);
        }
        for (const QString &group : groups) {
            QList<Line> &column = m_columns[m_columns[0].size() <= m_columns[1].size() ? 0 : 1];
            column.append({group, {}});
            for (const auto &entry : m_actions.entries()) {
                if (entry.spec.group != group || (entry.spec.key.isEmpty() && entry.spec.chord.isEmpty()))
                    continue;
                QStringList keys;
                if (!entry.spec.key.isEmpty() && m_actions.singleKeys())
                    keys.append(entry.spec.key);
                if (!entry.spec.chord.isEmpty())
                    keys.append(QKeySequence(entry.spec.chord).toString(QKeySequence::NativeText));
                column.append({entry.spec.text, keys});
                words.append(entry.spec.text + QStringLiteral(": ") + keys.join(QStringLiteral(", ")));
            }
        }
        setAccessibleDescription(words.join(QStringLiteral("; ")));
        setFixedHeight(m_theme.px(28) * int(std::max(m_columns[0].size(), m_columns[1].size())) + m_theme.px(16));
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colors &c = m_theme.colors();
        const int row = m_theme.px(28), gap = m_theme.px(32), margin = m_theme.px(24);
        const int wide = (width() - 2 * margin - gap) / 2;
        for (int i = 0; i < 2; ++i) {
            int y = 0;
            for (const Line &line : m_columns[i]) {
                const QRect logical(margin + i * (wide + gap), y, wide, row);
                const QRect at = QStyle::visualRect(layoutDirection(), rect(), logical);
                const bool heading = line.keys.isEmpty();
                paint::text(painter, heading ? at.translated(0, m_theme.px(4)) : at,
                            heading ? m_theme.font(Type::Micro, QFont::DemiBold) : m_theme.font(Type::Body),
                            heading ? c.text.tertiary : c.text.primary, line.text, Qt::AlignLeading, layoutDirection());
                int end = wide;
                for (auto key = line.keys.crbegin(); key != line.keys.crend(); ++key) {
                    const QSizeF size = paint::keycapSize(m_theme, *key);
                    end -= int(size.width());
                    const QRect cap(logical.left() + end, y + (row - int(size.height())) / 2, int(size.width()),
                                    int(size.height()));
                    paint::keycap(painter, m_theme, QStyle::visualRect(layoutDirection(), rect(), cap), *key);
                    end -= m_theme.px(6);
                }
                y += row;
            }
        }
    }

private:
    struct Line {
        QString text;
        QStringList keys; ///< None: a heading.
    };
    const Theme &m_theme;
    const ActionRegistry &m_actions;
    QList<Line> m_columns[2];
};

ShortcutSheet::ShortcutSheet(const Theme &theme, const ActionRegistry &actions, QWidget *window)
    : Overlay(theme, window, Ground::Scrim)
    , m_actions(actions)
    , m_page(new Page(theme, actions))
{
    panel()->setObjectName("shortcutSheet");
    auto *layout = new QVBoxLayout(panel());
    layout->setContentsMargins(0, theme.px(16), 0, theme.px(8));
    auto *title = new TextLabel(
        theme, Type::TitleMedium, [](const Colors &c) { return c.text.primary; }, tr("All keys"));
    title->setContentsMargins(theme.px(24), 0, theme.px(24), 0);
    auto *line = new QHBoxLayout;
    line->setContentsMargins(theme.px(24), 0, theme.px(24), theme.px(4));
    line->addWidget(title);
    layout->addLayout(line);
    auto *scroll = new QScrollArea(panel());
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(m_page);
    scroll->viewport()->setAutoFillBackground(false);
    m_page->setAutoFillBackground(false);
    scroll->setFocusPolicy(Qt::StrongFocus);
    layout->addWidget(scroll, 1);
}

void ShortcutSheet::open()
{
    m_page->read();
    openCentred(QSize(m_theme.px(880), m_page->height() + m_theme.px(72)));
}

} // namespace tributary::ui
