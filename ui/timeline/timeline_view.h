#pragma once

#include "core/base/time.h"
#include "ui/theme/quick_bar.h"
#include "ui/theme/theme.h"
#include "ui/timeline/height_index.h"
#include "ui/timeline/layout_maker.h"
#include "ui/timeline/timeline_rows.h"

#include <QAbstractScrollArea>
#include <QTimer>
#include <functional>
#include <list>
#include <map>
#include <unordered_map>

class QAbstractButton;

namespace tributary::ui {

/// The customer's timeline: one braid of everything said, noted and done on every channel (UX 6.5).
///
/// Painted by hand and virtual: only rows on the screen are laid out; heights of the others are estimates in a Fenwick tree.
/// Nor are the texts of rows far from the screen kept: they are asked for before they are reached (textsWanted()).
/// The scroll position is a row and an offset, so nothing that arrives, loads or changes size moves what is being read. It
/// only shows: whatever a click asks for beyond folding leaves as a signal.
class TimelineView : public QAbstractScrollArea, private PictureStore {
    Q_OBJECT
public:
    TimelineView(const Theme &theme, TimelineModel &model, const Clock &clock, TimeFormat format, QWidget *parent = nullptr);
    ~TimelineView() override;

    const TimelineModel &model() const { return m_model; }
    const std::vector<Row> &rows() const { return m_rows; }

    /// The conversation being worked on: never folded.
    void setFocusedConversation(std::optional<model::ConversationId> id);
    /// Colour in which the braid leaves at the bottom, for the composer to take up.
    void setReplyStrand(std::optional<Strand> strand);
    /// What the chip bar shows: @p shown empty is everything.
    void setFilter(const std::set<Strand> &shown, bool events);
    /// The picture asked for by imageRequested(); a null one says that there is none.
    void setImage(const model::AttachmentId &id, const QImage &image);
    /// Pictures that could not be had may come now: there is a link again.
    void askAgainForImages();
    /// What it says when there is nothing to show.
    void setEmptyText(const QString &title, const QString &sentence);
    /// What the item under the pointer offers at a click (UX 8); nothing: it has no buttons.
    void setQuickActions(std::function<std::vector<QuickAction>(const model::TimelineItem &)> actions);
    /// The buttons of the item under the pointer; none where there is none.
    std::vector<QuickAction> quickActions() const;
    /// The button @p index of them on the viewport; null if there is none.
    QRect quickButton(int index) const;
    /// Locale and zone of what is shown from now on.
    void setFormat(const TimeFormat &format);

    /// Marks @p text wherever it stands and goes to the newest place; empty: no search. Looked through is all of this
    /// timeline that is on this computer: what is further back than what is here is counted where it is, and loaded only
    /// when one goes there.
    void setFind(const QString &text);
    /// How often the text that is looked for stands in one item, as it is at @p version.
    struct Found {
        model::TimelineItemId item;
        std::int64_t version = 0;
        int count = 0;
        TimePoint at{}; ///< Of an item that is further back.
    };
    /// The answer to findWanted(): one of each item that was asked about, whether it is there any more or not.
    void setFound(const QString &text, const std::vector<Found> &found);
    /// A stretch of what is further back.
    struct FoundFurther {
        model::HistoryRange where; ///< Looked through, up to what findFurtherWanted() has said.
        bool reachesStart = false;
        bool hasGaps = false; ///< Not all of it is on this computer.
        std::vector<Found> found;
    };
    /// The answer to findFurtherWanted().
    void setFoundFurther(const QString &text, const FoundFurther &part);
    /// What is further back may have become another: it is looked through again.
    void lookFurtherAgain();
    /// Not all that is on this computer has been looked through yet.
    bool isFinding() const;
    /// The answer when what is not here cannot be read.
    void setFindFailed(const QString &text);
    bool hasFindFailed() const { return m_findFailed; }
    /// There is more of this timeline, which is not on this computer.
    bool isFindCut() const;
    /// What lies before the place one goes to is being loaded. Nothing moves until it is here.
    bool isReachingMatch() const { return m_isReaching; }
    void findNext();
    void findPrevious();

    void goToEnd();
    void goToStart();
    /// Shows the item and gives it the focus. Unfolds what hides it. False if it is not here.
    bool goToItem(const model::TimelineItemId &id);
    /// Shows the first item of @p day or after it.
    void goToDate(QDate day);
    void goToFirstUnread();
    void goToCustomerMessage(bool next);
    /// @p next or previous conversation of this customer.
    void goToConversation(bool next);

    bool isAtEnd() const { return m_atEnd; }
    /// The filter hides what the customer wrote last in @p conversation: it is not seen, though this is the end.
    bool hidesNewestOf(const model::ConversationId &conversation) const;
    std::optional<model::TimelineItemId> focusedItem() const;
    bool hasSelection() const { return m_selecting.has_value() && m_selecting->from != m_selecting->to; }
    /// As far as it is here: without the texts of items that are away.
    QString selectedText(bool withDetails) const;
    /// Puts what is selected, else the focused item, on the clipboard: at once, or when the texts that are away are here.
    void copy(bool withDetails = false);
    void selectAll();
    void clearSelection();

    /// Rows on each side of the screen whose texts are kept.
    static constexpr std::size_t kKeptRows = 1000;
    /// For tests and measurements.
    struct Counters {
        int layouts = 0; ///< Rows laid out since the start.
        int estimates = 0;
    };
    const Counters &counters() const { return m_counters; }
    /// Where the row of @p id is on the viewport, if it is near enough to be laid out.
    std::optional<QRect> itemRect(const model::TimelineItemId &id) const;

    // For accessibility: rows by index, in viewport coordinates.
    QRect rowRect(std::size_t row) const;
    int rowAt(QPoint point) const; ///< -1 if there is none.
    int rowIndexOf(const RowKey &key) const;
    int focusedRow() const;
    void focusRow(std::size_t row);
    QString rowName(std::size_t row) const;
    void activateRow(std::size_t row);
    /// What a row offers besides reading it, in words: try again, edit, discard, undo, its files, its links ...
    struct Offer {
        QString words;
        TimelineAction action;
        model::AttachmentId attachment; ///< Of OpenAttachment.
        QString link;                   ///< Of OpenLink.
    };
    std::vector<Offer> offersOf(std::size_t row);
    std::vector<Offer> offersOf(const model::TimelineItemId &item);
    void takeOffer(std::size_t row, const Offer &offer);

    /// What olderWanted() asked for is here, or does not come.
    void olderEnded(bool came = false);

    QSize sizeHint() const override { return {640, 600}; }

signals:
    /// Older history is needed; answer with TimelineModel::prependOlder(), and then olderEnded().
    void olderWanted();
    /// A gap was asked for, or came near the screen. Answer with TimelineModel::setGaps(): what is being loaded is asked for
    /// once.
    void gapWanted(const tributary::ui::TimelineGap &gap);
    /// Texts of these are needed here; answer with TimelineModel::bringBack() or bringLater().
    void textsWanted(const std::vector<tributary::model::TimelineItemId> &items);
    /// How often does @p text stand in these, which are away? Answer with setFound(), counted by occurrences().
    void findWanted(const QString &text, const std::vector<tributary::model::TimelineItemId> &items);
    /// Where does @p text stand further back than @p before? Answer with setFoundFurther(), for as much as is quick to look
    /// through: the rest is asked for then.
    void findFurtherWanted(const QString &text, const tributary::model::HistoryKey &before);
    /// A link was clicked, or chosen. Never opened here: the host shows where it leads and asks.
    void linkActivated(const QString &href);
    void attachmentActivated(const tributary::model::TimelineItemId &item, const tributary::model::AttachmentId &attachment);
    /// All of a text that is too long for its row; answer with TimelineModel::setWhole().
    void wholeWanted(const tributary::model::TimelineItemId &item);
    /// A picture is on the screen; answer with setImage(). @p size is in device pixels.
    void imageRequested(const tributary::model::AttachmentId &attachment, QSize size);
    /// Everything else a row offers: undo, retry, play, open the original ...
    void actionRequested(const tributary::model::TimelineItemId &item, tributary::ui::TimelineAction action);
    /// Right click, Menu key or Shift+F10. @p item is null beside items.
    void itemMenuRequested(const tributary::model::TimelineItemId &item, QPoint globalPosition);
    /// A button of setQuickActions() was clicked. The item has the focus then; @p button is where, on the screen.
    void quickWanted(const QString &action, const tributary::model::TimelineItemId &item, const QRect &button);
    void focusedItemChanged();
    void atEndChanged(bool atEnd);
    /// The newest message on the screen, each time it gets newer: for read marks.
    void itemSeen(const tributary::model::TimelineItemId &item);
    void findChanged(int current, int total); ///< Counting from 1; 0 of 0 when nothing is found.
    void filterCleared();                     ///< "14 hidden" was clicked.
    /// Something has come that a screen reader should say, politely.
    void announced(const QString &text);

protected:
    bool event(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    struct Cached {
        std::unique_ptr<RowLayout> layout;
        Row row;
        int epoch = 0;
        bool isAway = false; ///< In place of what it would show, which is not here.
        int findEpoch = -1;
        std::vector<std::vector<TextMarks::Hit>> hits; ///< By part.
        std::list<RowKey>::iterator used;
    };
    struct Place {
        std::size_t row;
        int part, position;
        friend auto operator<=>(const Place &, const Place &) = default;
    };
    /// Selection in rows that may move: ends are kept by key.
    struct Mark {
        RowKey key;
        int part = 0, position = 0;
        friend bool operator==(const Mark &, const Mark &) = default;
    };
    struct Selecting {
        Mark from, to;
    };
    struct Copying {
        Selecting what;
        bool withDetails = false;
    };
    struct Match {
        model::TimelineItemId item;
        int ordinal;
    };

    static constexpr int kTopRoom = 8, kBottomRoom = 4; ///< Beyond the first and last row, pixels.

    // timeline_view.cpp: rows and layouts
    void onItemsChanged(const ItemsChange &change);
    void onContextChanged();
    void onRestarted();
    void announceNewest();
    void rebuild();
    void rebuildOlder(std::size_t older);
    void takeRows(RowsInFront fresh, std::size_t older);
    void placeFirst();
    const RowLayout &layoutOf(std::size_t row);
    const RowLayout *knownLayout(std::size_t row) const;
    LayoutMaker maker() const;
    void forgetLayouts();
    int columnWidth() const;
    int columnLeft() const;
    int viewHeight() const;
    QPixmap picture(const model::AttachmentId &id, QSize size, qreal devicePixelRatio) override;
    std::optional<QImage> pictureInText(const model::TimelineItem &item, const model::Attachment &attachment);
    void setPictureInText(const model::AttachmentId &id, const QImage &image);

    // timeline_view_scroll.cpp
    void arrange();
    void afterScroll();
    void holdTopmost();
    void scrollBy(int pixels);
    void setAtEnd(bool atEnd);
    void updateToLatest();
    void updateScrollBar();
    void askForOlder();
    void askForGaps();
    void askForOlderByItself();

    // timeline_view_away.cpp: texts come and go with the screen
    template<class Use>
    void forItemsOf(const Row &row, Use use) const;
    bool isRowAway(const Row &row) const;
    void careForTexts();
    void keepTexts();
    void onTextsArrived();

    // timeline_view_navigation.cpp
    void revealRow(std::size_t row, int margin);
    void countFind();
    void goToFirstMatch();
    void goToMatch(int index);
    std::optional<QRectF> matchIn(std::size_t row, int ordinal); ///< In the row's own coordinates; nothing: it is not shown.
    void showMatch(const Match &match);
    void reachMatch();
    void stopReaching();
    void stepFind(int by);
    void lookFurther();
    void beginFurther();

    // timeline_view_paint.cpp
    void paintRow(QPainter &painter, std::size_t row, int y);
    void paintTrunk(QPainter &painter, const Row &row, int y, int height) const;
    void paintSticky(QPainter &painter, std::size_t top, int topY);
    void paintEmpty(QPainter &painter) const;
    void paintSkeleton(QPainter &painter) const;
    std::vector<TextMarks> marksOf(std::size_t row, Cached &cached) const;
    QPoint columnPoint(QPointF viewportPoint, std::size_t row) const;

    // timeline_view_input.cpp
    bool activate(std::size_t row, const RowLayout::Hit &hit);
    void toggleFocused();
    void moveFocus(int direction);
    void focusEdge(bool last);
    void setFocusKey(std::optional<RowKey> key, bool byKeyboard);
    void keepFocusAtGap();

    // timeline_view_quick.cpp: the buttons of the item under the pointer
    void findHovered();
    QRect quickPlace(int count) const;
    int quickAt(const QPoint &position) const;
    bool pressQuick(const QMouseEvent &event);
    bool releaseQuick(const QMouseEvent &event);
    void paintQuick(QPainter &painter) const;
    QString quickTip(int button) const;

    // timeline_view_selection.cpp
    std::optional<Mark> markAt(QPoint point);
    std::optional<std::pair<Place, Place>> rangeOf(const Selecting &selecting) const;
    std::optional<std::pair<Place, Place>> selectedRange() const;
    void extendSelection(QPoint point);
    QString rowText(std::size_t row, const Place &from, const Place &to) const;
    QString textOf(const std::pair<Place, Place> &range, bool withDetails) const;
    void finishCopy();

    const Theme &m_theme;
    TimelineModel &m_model;
    const Clock &m_clock;
    TimeFormat m_format;
    RowOptions m_options;
    Openings m_openings;
    MailImage m_mailImage; ///< pictureInText()
    std::optional<Strand> m_replyStrand;
    QString m_emptyTitle, m_emptySentence;

    std::vector<Row> m_rows;
    std::size_t m_rowsOf = 0; ///< Items that they were built of.
    HeightIndex m_heights;
    std::unordered_map<RowKey, Cached> m_cache;
    std::list<RowKey> m_recent; ///< Most recently used first.
    int m_epoch = 0;            ///< Layouts of an earlier one are out of date.

    std::size_t m_anchor = 0; ///< Row that stays where it is ...
    int m_anchorY = 0;        ///< ... with its top here on the viewport.
    bool m_atEnd = true;
    bool m_placed = false;
    bool m_adjusting = false;
    bool m_olderAsked = false;
    int m_olderByItself = 0;      ///< Pages asked for since somebody has last scrolled.
    model::TimelineItemId m_seen; ///< Newest item that has been on the screen while at the end.
    TimePoint m_seenAt;
    model::TimelineItemId m_newest; ///< Newest item there has been, for announcements.
    TimePoint m_newestAt;
    bool m_wasEmpty = false; ///< Nothing has been said with them yet, as is known: what comes then is new.

    std::optional<RowKey> m_focus;
    model::HistoryKey m_focusGap; ///< Where the gap begins that has the focus: it ends elsewhere as it is filled.
    bool m_focusByKeyboard = false;
    std::optional<Selecting> m_selecting;
    std::optional<Copying> m_copying; ///< Waits for texts. Until they are here, none are let go of.
    bool m_dragging = false;
    QPoint m_pressed, m_lastMouse;
    QTimer m_autoScroll, m_tick, m_skeletonDelay, m_requests, m_gapsNear, m_texts;
    bool m_showSkeleton = false;

    std::function<std::vector<QuickAction>(const model::TimelineItem &)> m_quick;
    std::optional<QPoint> m_pointer; ///< On the viewport, while it is there.
    int m_hovered = -1;              ///< The row under it, if that is an item.
    int m_quickHovered = -1, m_quickPressed = -1;
    model::TimelineItemId m_quickOf; ///< The item whose button is pressed.

    QString m_find;
    int m_findEpoch = 0;
    std::vector<Match> m_matches;
    int m_match = -1;
    std::unordered_map<model::TimelineItemId, Found> m_found;
    bool m_findAsked = false, m_findFailed = false;
    bool m_findGoes = false;   ///< To the newest place, as soon as one is known.
    bool m_isReaching = false; ///< It goes to the match when that is here.
    /// What is further back than the model reaches: gone through in the copy, newest first.
    struct Further {
        std::map<model::HistoryKey, Found> found;          ///< Those in which it stands.
        std::optional<model::HistoryKey> asked;            ///< Before this; until there is an answer.
        model::HistoryKey from = model::HistoryKey::end(); ///< So far it has come.
        bool isRunning = false, isAgain = false;           ///< And then once more.
        bool isKnown = false;                              ///< It has been at the start, once.
        bool hasGaps = false, gapsSoFar = false;
    };
    Further m_further;

    std::unordered_map<model::AttachmentId, QPixmap> m_pictures;
    struct InText {
        model::TimelineItemId item;
        QImage picture;         ///< Null while it is not here.
        bool isMissing = false; ///< It has been asked for in vain.
    };
    std::unordered_map<model::AttachmentId, InText> m_inText;
    std::unordered_map<model::AttachmentId, QSize> m_wanted, m_asked;
    Counters m_counters;
    QAbstractButton *m_toLatest = nullptr;
};

} // namespace tributary::ui
