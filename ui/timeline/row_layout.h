#pragma once

#include "ui/theme/paint.h"
#include "ui/timeline/text_flow.h"

#include <QHash>
#include <QImage>
#include <QPixmap>
#include <QRectF>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tributary::ui {

/// What a click or key in a row asks for. The view does the first group itself; the rest goes to its host.
enum class TimelineAction {
    ToggleConversation,
    ToggleChanges,
    ToggleQuote,
    ToggleMore,
    ToggleOrder,
    ShowHidden,
    OpenLink,
    OpenAttachment,
    UndoSend,
    Retry,
    TryAnotherNumber,
    SendAsEmail,
    ReviewHeld,
    EditHeld,
    DiscardHeld,
    EditPending,
    CancelPending,
    PlayCall,
    UndoMerge,
    LoadGap,
    LoadOlder,
    UnreadFromHere,
};

/// Pictures the view has been given, by attachment.
class PictureStore {
public:
    virtual ~PictureStore() = default;
    /// The picture for @p id, at most @p size large; null while it is not here (it is then asked for).
    virtual QPixmap picture(const model::AttachmentId &id, QSize size, qreal devicePixelRatio) = 0;
};

/// One row, laid out: a list of things to paint with their places, and where a click does what. Coordinates begin at the
/// row's top left in the item column, pixels. Built left to right and mirrored whole for right-to-left interfaces.
class RowLayout {
public:
    struct Shape {
        QRectF rect;
        QColor fill, border;
        qreal radius = 0;
        qreal tail = -1;      ///< Radius of the corner towards the sender; as the others if negative.
        bool tailLeft = true; ///< Which upper corner that is.
        bool dashed = false;
        qreal borderWidth = 1;
    };
    struct Glyph {
        QRectF rect;
        QString icon;
        QColor color;
    };
    struct Label {
        QRectF rect;
        Type type;
        int weight; ///< That of the type if 0.
        QColor color;
        QString text;
        Qt::Alignment alignment = Qt::AlignLeading;
        bool underline = false;
        bool digits = false;
    };
    struct PillAt {
        QRectF rect;
        Pill pill;
    };
    struct Picture {
        QRectF rect;
        model::AttachmentId id;
        qreal radius = 6;
    };
    struct Wave {
        QRectF rect;
        unsigned seed;
        QColor color;
    };
    struct KeyAt {
        QRectF rect;
        QString key;
        QColor color;
    };
    struct Part {
        std::unique_ptr<TextFlow> flow;
        QPointF at;
        QRectF clip; ///< Only this much is shown, if not null: a long mail before "Show all".
    };
    struct Hit {
        QRectF rect;
        TimelineAction action;
        std::string value; ///< Attachment id, link: what it is about.
        QString label;     ///< For tooltips and screen readers.
        model::AttachmentId attachment;
    };

    int height = 0;
    QRectF focusBox; ///< What the focus ring goes round.
    qreal focusRadius = 8;
    std::vector<Shape> shapes;
    std::vector<Glyph> glyphs;
    std::vector<Label> labels;
    std::vector<PillAt> pills;
    std::vector<Picture> pictures;
    std::vector<Wave> waves;
    std::vector<KeyAt> keys;
    std::vector<Part> parts;
    std::vector<Hit> hits;
    bool ticking = false; ///< Shows a countdown: lay out again each second.

    /// Turns left and right round in a column of @p width.
    void mirror(qreal width);
    /// Paints at @p origin. @p marks[i] belongs to parts[i]; may be shorter.
    void paint(QPainter &painter, QPointF origin, const Theme &theme, Qt::LayoutDirection direction, PictureStore &pictures,
               const std::vector<TextMarks> &marks) const;
    const Hit *hitAt(QPointF point) const;
    /// The part nearest to @p point and the position in it; nothing if the row has no text.
    std::optional<std::pair<int, int>> textPositionAt(QPointF point) const;
    QString linkAt(QPointF point) const;
    QStringList links() const; ///< Those that linkAt() finds, each once.
    /// Text of @p part in the rows' own order, for copying.
    QString partText(int part) const { return parts[std::size_t(part)].flow->text(); }
};

} // namespace tributary::ui
