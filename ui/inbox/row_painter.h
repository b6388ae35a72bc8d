#pragma once

#include "ui/inbox/row_words.h"

class QPainter;

namespace tributary::ui {

struct RowLook {
    bool open = false;     ///< Shown in the timeline.
    bool chosen = false;   ///< Part of the selection ...
    bool choosing = false; ///< ... of which there is one: rows show boxes.
    bool hovered = false;
    bool gone = false;  ///< What it shows has left the list.
    bool active = true; ///< The window has focus.
    bool focusRing = false;
    Qt::LayoutDirection direction = Qt::LeftToRight;
};

/// One row of the conversation list, 72 or 56 high as UX 4 has it.
void paintConversationRow(QPainter &painter, const Theme &theme, const QRect &rect, const store::ConversationRow &row,
                          const RowWords &words, const RowLook &look);

} // namespace tributary::ui
