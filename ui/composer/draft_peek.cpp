#include "ui/composer/draft_peek.h"

#include "ui/shell/controls.h"
#include "ui/theme/scripts.h"

#include <QScrollArea>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

constexpr int kWidth = 420, kHeight = 240;

} // namespace

DraftPeek::DraftPeek(const Theme &theme, QWidget *window)
    : Overlay(theme, window, Ground::Clear)
    , m_who(new TextLabel(
          theme, Type::BodyStrong, [](const Colors &c) { return c.text.primary; }, {}, panel()))
    , m_draft(new TextLabel(theme, Type::BodyLarge, [](const Colors &c) { return c.text.secondary; }))
{
    setObjectName("draftPeek");
    setAccessibleName(tr("Draft of a colleague"));
    m_draft->setObjectName("draftOfOther");
    m_draft->setWordWrap(true);
    m_draft->setTextFormat(Qt::PlainText);
    auto *scroll = new QScrollArea(panel());
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->viewport()->setAutoFillBackground(false);
    m_draft->setAutoFillBackground(false);
    scroll->setWidget(m_draft);
    scroll->setFocusPolicy(Qt::StrongFocus);
    auto *layout = new QVBoxLayout(panel());
    layout->setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12));
    layout->setSpacing(theme.px(8));
    layout->addWidget(m_who);
    layout->addWidget(scroll, 1);
    setFocusProxy(scroll);
}

void DraftPeek::openAt(const QRect &anchor)
{
    Overlay::openAt(anchor, QSize(m_theme.px(kWidth), m_theme.px(kHeight)));
    setFocus(Qt::PopupFocusReason);
}

void DraftPeek::setDraft(const QString &who, const QString &draft)
{
    m_who->setText(draft.isEmpty() ? tr("Nobody writes just now") : tr("%1 writes").arg(who));
    if (draft.isEmpty())
        return; // the last of it stays to be read
    m_draft->setText(draft);
    m_draft->setLayoutDirection(directionOf(draft, layoutDirection()));
}

} // namespace tributary::ui
