#pragma once

#include "ui/shell/overlay.h"

namespace tributary::ui {

/// What a colleague is writing just now, to be read and not changed (UX 6.8). It follows what they type.
class DraftPeek : public Overlay {
    Q_OBJECT
public:
    DraftPeek(const Theme &theme, QWidget *window);

    void openAt(const QRect &anchor);
    /// An empty @p draft: they have stopped, or do not share it any more.
    void setDraft(const QString &who, const QString &draft);

private:
    TextLabel *m_who, *m_draft;
};

} // namespace tributary::ui
