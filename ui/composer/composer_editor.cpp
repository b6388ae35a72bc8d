#include "ui/composer/composer_editor.h"

#include "ui/theme/paint.h"

#include <QKeyEvent>
#include <QMimeData>
#include <QPainter>
#include <QUrl>
#include <cmath>

namespace tributary::ui {

ComposerEditor::ComposerEditor(const Theme &theme, QWidget *parent)
    : QTextEdit(parent)
    , m_theme(theme)
{
    setObjectName("composerEditor");
    setProperty("bare", true);
    setAcceptRichText(false);
    setFrameShape(QFrame::NoFrame);
    setTabChangesFocus(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setAutoFillBackground(false);
    QTextOption option = document()->defaultTextOption();
    option.setTextDirection(Qt::LayoutDirectionAuto);
    document()->setDefaultTextOption(option);
    document()->setDocumentMargin(0);
    connect(document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this,
            &ComposerEditor::heightWanted);
    connect(&theme, &Theme::changed, this, &ComposerEditor::applyTheme);
    applyTheme();
}

void ComposerEditor::applyTheme()
{
    setFont(m_theme.font(Type::BodyLarge));
    document()->setDefaultFont(m_theme.font(Type::BodyLarge));
    QPalette colors = palette();
    colors.setColor(QPalette::Text, m_note ? m_theme.colors().bubble.noteText : m_theme.colors().text.primary);
    setPalette(colors); // and no colour of the text itself, which would stay as it is when the theme changes
    viewport()->update();
}

void ComposerEditor::setMaximumLines(int pixels)
{
    m_most = pixels;
    emit heightWanted();
}

void ComposerEditor::setHint(const QString &hint)
{
    m_hint = hint;
    setAccessibleDescription(hint);
    viewport()->update();
}

void ComposerEditor::setNote(bool note)
{
    if (std::exchange(m_note, note) != note)
        applyTheme();
}

int ComposerEditor::wantedHeight() const
{
    const int line = m_theme.lineHeight(Type::BodyLarge);
    const int content = int(std::ceil(document()->size().height()));
    return std::clamp(content, 2 * line, std::max(2 * line, m_most));
}

bool ComposerEditor::canInsertFromMimeData(const QMimeData *source) const
{
    return source->hasUrls() || source->hasImage() || source->hasText();
}

void ComposerEditor::insertFromMimeData(const QMimeData *source)
{
    QStringList files;
    for (const QUrl &url : source->urls()) {
        if (url.isLocalFile())
            files.append(url.toLocalFile());
    }
    if (!files.isEmpty())
        emit filesGiven(files);
    else if (source->hasImage() && !source->hasText())
        emit imageGiven(qvariant_cast<QImage>(source->imageData()));
    else
        insertPlainText(source->text());
}

void ComposerEditor::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape) {
        emit leaveWanted();
        return;
    }
    if (event->key() == Qt::Key_Up && event->modifiers() == Qt::NoModifier && document()->isEmpty()) {
        emit lastWanted();
        return;
    }
    QTextEdit::keyPressEvent(event);
    const int at = textCursor().position();
    if (m_note && event->text() == QLatin1String("@") && (at < 2 || !document()->characterAt(at - 2).isLetterOrNumber()))
        emit mentionWanted();
}

void ComposerEditor::paintEvent(QPaintEvent *event)
{
    QTextEdit::paintEvent(event);
    if (!document()->isEmpty() || m_hint.isEmpty())
        return;
    QPainter painter(viewport());
    const QRect line(0, 0, viewport()->width(), m_theme.lineHeight(Type::BodyLarge));
    paint::text(painter, line, m_theme.font(Type::BodyLarge),
                m_note ? m_theme.colors().bubble.noteMeta : m_theme.colors().text.tertiary, m_hint, Qt::AlignLeading,
                layoutDirection());
}

} // namespace tributary::ui
