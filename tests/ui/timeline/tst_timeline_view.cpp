#include "tests/ui/timeline/timeline_stage.h"
#include "ui/timeline/item_words.h"

#include <QAccessible>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QMimeData>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolTip>
#include <QWheelEvent>

using namespace tributary;
using namespace tributary::ui;
using testing::Item, testing::ItemId, testing::Stage;

class TestTimelineView : public QObject {
    Q_OBJECT
private slots:
    void opensAtTheEnd()
    {
        Stage stage;
        samples::fillMany(stage.model, 300);
        QVERIFY(stage.view->isAtEnd());
        const QRect last = *stage.view->itemRect(stage.model.items().back().id);
        QVERIFY(std::abs(last.bottom() - stage.view->viewport()->height()) < 12);
    }

    void opensAtTheFirstUnread()
    {
        Stage stage;
        TimelineModel source;
        samples::fillMany(source, 300);
        const ItemId unread = source.items()[250].id;
        stage.model.reset("Many", {});
        stage.model.setFirstUnread(unread);
        stage.model.apply({source.items().begin(), source.items().end()});
        const int y = stage.yOf(unread), third = stage.view->viewport()->height() / 3;
        QVERIFY2(y > third && y < third + 40, qPrintable(QString::number(y)));
        QVERIFY(!stage.view->isAtEnd());
    }

    void arrivalsMoveNothing_data()
    {
        QTest::addColumn<int>("what");
        QTest::newRow("a message at the end") << 0;
        QTest::newRow("a page of older ones") << 1;
        QTest::newRow("one in the middle above") << 2;
        QTest::newRow("an edit above that makes it longer") << 3;
        QTest::newRow("an item above is removed") << 4;
        QTest::newRow("a picture is loaded") << 5;
        QTest::newRow("dark instead of light") << 6;
        QTest::newRow("somebody types") << 7;
        QTest::newRow("names of agents arrive") << 8;
        QTest::newRow("the window gets lower") << 9;
    }
    void arrivalsMoveNothing()
    {
        QFETCH(int, what);
        Stage stage;
        samples::fillMany(stage.model, 400);
        stage.scrollBy(-1500);
        stage.paint();
        const ItemId read = stage.reading();
        QVERIFY(!read.isNull());
        const int before = stage.yOf(read);
        const auto above = [&](int by) {
            return stage.model.items()[stage.model.lowerBound(stage.model.find(read)->at, read) - std::size_t(by)];
        };
        switch (what) {
        case 0: stage.model.apply({stage.next(9000)}); break;
        case 1: {
            std::vector<Item> older;
            for (int i = 0; i < 60; ++i) {
                Item item = stage.model.items().front();
                item.id = samples::id<ItemId>(9100 + i);
                item.at -= std::chrono::hours(i + 1);
                older.push_back(item);
            }
            stage.model.prependOlder(older, false);
            break;
        }
        case 2: {
            Item item = above(20);
            item.id = samples::id<ItemId>(9200);
            item.at += std::chrono::milliseconds(1);
            stage.model.apply({item});
            break;
        }
        case 3: {
            Item item = above(2);
            item.version += 1;
            item.kind = Item::Kind::Inbound;
            item.body = std::string(900, 'w');
            stage.model.apply({item});
            break;
        }
        case 4: stage.model.remove({above(3).id}); break;
        case 5: stage.view->setImage(samples::id<model::AttachmentId>(1), samples::cup(1, {200, 200})); break;
        case 6: stage.theme.setOptions({.appearance = Theme::Appearance::Dark}); break;
        case 7: stage.model.setTyping({{"Layla", model::Channel::WhatsApp}}); break;
        case 8: stage.model.setAgentNames({{samples::id<model::AgentId>(1), "Somebody With A Very Long Name"}}); break;
        case 9: stage.view->resize(600, 420); break;
        }
        stage.paint();
        QCOMPARE(stage.yOf(read), before);
        QCOMPARE(stage.view->isAtEnd(), false);
    }

    void staysAtTheEndWhenThere()
    {
        Stage stage;
        samples::fillMany(stage.model, 100);
        stage.model.apply({stage.next(9000)});
        QVERIFY(stage.view->isAtEnd());
        QVERIFY(stage.yOf(samples::id<ItemId>(9000)) > 300);
        stage.view->resize(600, 700);
        QVERIFY(stage.view->isAtEnd());
    }

    void announcesWhatArrives()
    {
        Stage stage;
        QSignalSpy spy(stage.view.get(), &TimelineView::announced);
        {
            const TimelineModel::Batch page(stage.model); // as it comes
            samples::fillMany(stage.model, 50);
        }
        QCOMPARE(spy.count(), 0); // opening is no news
        stage.model.apply({stage.next(9000)});
        QCOMPARE(spy.count(), 1);
        stage.model.apply({stage.next(9000)});
        QCOMPARE(spy.count(), 1);
        stage.model.apply({stage.next(9001, Item::Kind::Note)});
        QCOMPARE(spy.count(), 1);
        // What the chips hide is not there for anybody.
        Item hidden = stage.next(9002);
        hidden.channel = model::Channel::Telegram;
        stage.view->setFilter({strandOf(stage.next(9003))}, true);
        stage.model.apply({hidden});
        QCOMPARE(spy.count(), 1);
        // The first thing that somebody says is news as well.
        const Item first = stage.next(9004);
        stage.model.reset("Nobody yet", {});
        stage.model.setComplete(true);
        stage.view->setFilter({}, true);
        stage.model.apply({first});
        QCOMPARE(spy.count(), 2);
    }

    void ownSendGoesToTheEnd()
    {
        Stage stage;
        samples::fillMany(stage.model, 100);
        stage.view->goToStart();
        QVERIFY(!stage.view->isAtEnd());
        Item own = stage.next(9000, Item::Kind::Outbound);
        own.author = samples::id<model::AgentId>(1);
        stage.model.apply({stage.next(9001, Item::Kind::Note)}); // of another device, or come again
        QVERIFY(!stage.view->isAtEnd());
        stage.model.expectOwn(own.id);
        stage.model.apply({own});
        QVERIFY(stage.view->isAtEnd());
    }

    void laysOutOnlyWhatIsSeen()
    {
        Stage stage;
        samples::fillMany(stage.model, 20'000);
        stage.paint();
        const int opened = stage.view->counters().layouts;
        QVERIFY2(opened <= 40, qPrintable(QString::number(opened)));
        for (int i = 0; i < 20; ++i) {
            stage.scrollBy(-100);
            stage.paint();
        }
        const int scrolled = stage.view->counters().layouts - opened;
        QVERIFY2(scrolled <= 60, qPrintable(QString::number(scrolled)));
        stage.view->verticalScrollBar()->setValue(stage.view->verticalScrollBar()->maximum() / 2);
        stage.paint();
        QVERIFY(stage.view->counters().layouts - opened - scrolled <= 40);
        const int before = stage.view->counters().layouts;
        stage.paint();
        stage.paint();
        QCOMPARE(stage.view->counters().layouts, before); // painting again costs no layout
    }

    void wheelMovesByExactlyItsPixels()
    {
        Stage stage;
        samples::fillMany(stage.model, 3000);
        for (int i = 0; i < 40; ++i) {
            stage.paint();
            const ItemId read = stage.reading();
            const int before = stage.yOf(read);
            stage.scrollBy(-37);
            QCOMPARE(stage.yOf(read), before + 37); // whatever the estimates above were worth
        }
    }

    void asksForOlderNearTheTop()
    {
        Stage stage;
        TimelineModel source;
        samples::fillMany(source, 80);
        stage.model.reset("Many", {});
        stage.model.apply({source.items().begin(), source.items().end()});
        QSignalSpy spy(stage.view.get(), &TimelineView::olderWanted);
        stage.view->goToStart();
        QCOMPARE(spy.count(), 1);
        stage.scrollBy(10);
        QCOMPARE(spy.count(), 1); // not again before the answer
        stage.model.prependOlder({}, true);
        stage.view->goToStart();
        QCOMPARE(spy.count(), 1); // there is nothing older
    }

    void asksForOlderWhenThereIsNothingToScroll()
    {
        Stage stage;
        TimelineModel source;
        samples::fillMany(source, 80);
        QSignalSpy spy(stage.view.get(), &TimelineView::olderWanted);
        stage.model.reset("Few", {});
        stage.model.apply({source.items().front(), source.items()[1]});
        QTRY_COMPARE(spy.count(), 1);
        // Whatever comes stays folded away, say: it is not all asked for, one page after the other.
        for (int i = 0; i < 10; ++i) {
            stage.view->olderEnded();
            stage.view->resize(stage.view->width(), stage.view->height() + (i % 2 ? 1 : -1));
            QCoreApplication::processEvents();
        }
        QVERIFY2(spy.count() <= 3, qPrintable(QString::number(spy.count())));
    }

    void filesAreOffered()
    {
        Stage stage;
        TimelineModel source;
        samples::fillMany(source, 1);
        Item item = source.items().front();
        item.body.clear();
        item.attachments = {{.id = samples::id<model::AttachmentId>(1), .name = "a.pdf", .mediaType = "application/pdf"},
                            {.id = samples::id<model::AttachmentId>(2), .name = "b.pdf", .mediaType = "application/pdf"}};
        stage.model.reset("Files", {});
        stage.model.apply({item});
        stage.paint();
        QSignalSpy opened(stage.view.get(), &TimelineView::attachmentActivated);
        const auto offers = stage.view->offersOf(item.id);
        QCOMPARE(offers.size(), std::size_t(3)); // and to mark it unread
        const int row = stage.view->rowIndexOf({.kind = RowKey::Kind::Item, .item = item.id});
        stage.view->takeOffer(std::size_t(row), offers[1]);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened[0][1].value<model::AttachmentId>(), item.attachments[1].id);
    }

    void picturesStandInTheTextOfAMail_data()
    {
        QTest::addColumn<QString>("contentId");
        QTest::addColumn<QString>("type");
        QTest::addColumn<bool>("comes");
        QTest::addColumn<bool>("inText"); ///< Else it is a file like others.
        QTest::newRow("named in the text") << "cup@mail"
                                           << "image/png" << true << true;
        QTest::newRow("named, and cannot be had") << "cup@mail"
                                                  << "image/png" << false << false;
        QTest::newRow("not named") << "other@mail"
                                   << "image/png" << true << false;
        QTest::newRow("of another kind") << "cup@mail"
                                         << "application/pdf" << true << false;
    }

    void picturesStandInTheTextOfAMail()
    {
        QFETCH(const QString, contentId);
        QFETCH(const QString, type);
        QFETCH(const bool, comes);
        QFETCH(const bool, inText);
        Stage stage({900, 700});
        samples::fillMany(stage.model, 1);
        Item item = stage.next(9001, Item::Kind::Inbound);
        item.channel = model::Channel::Email;
        item.html = "<p>It came like this:</p><img src=\"cid:cup@mail\"><p>Anna</p>";
        const auto cup = samples::id<model::AttachmentId>(77);
        item.attachments = {{.id = cup,
                             .name = "cup.png",
                             .mediaType = type.toStdString(),
                             .sizeBytes = 5000,
                             .sha256 = "ab",
                             .contentId = contentId.toStdString(),
                             .isInline = true,
                             .width = 200,
                             .height = 100}};
        QSignalSpy asked(stage.view.get(), &TimelineView::imageRequested);
        stage.model.apply({item});
        stage.paint();
        const auto heightOf = [&] { return stage.view->itemRect(item.id)->height(); };
        const int before = heightOf();
        const auto reds = [&] {
            const QImage image = stage.view->viewport()->grab().toImage();
            int count = 0;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x)
                    count += image.pixelColor(x, y) == QColor(Qt::red);
            }
            return count;
        };
        const bool named = contentId == "cup@mail" && type == "image/png";
        if (named) {
            QTRY_COMPARE(asked.count(), 1);
            QCOMPARE(asked[0][0].value<model::AttachmentId>(), cup);
            QImage image;
            if (comes) {
                image = QImage(200, 100, QImage::Format_RGB32);
                image.fill(Qt::red);
            }
            stage.view->setImage(cup, image);
            stage.paint();
        }
        QCOMPARE(reds(), inText ? 200 * 100 : 0);
        if (inText)
            QCOMPARE(heightOf(), before); // its place was kept
        int opens = 0;
        for (const TimelineView::Offer &offer : stage.view->offersOf(item.id))
            opens += offer.action == TimelineAction::OpenAttachment && offer.attachment == cup;
        QCOMPARE(opens, 1); // as a picture in the text or as a file, by key as well
        if (named && !comes) {
            stage.view->askAgainForImages(); // there is a link again
            stage.paint();
            QTRY_COMPARE(asked.count(), 2);
        }
    }

    void whatSpaceDoesNotReachIsOffered()
    {
        Stage stage({900, 700});
        samples::fillMany(stage.model, 1);
        Item item = stage.next(9001, Item::Kind::Inbound);
        item.channel = model::Channel::Email;
        for (int i = 0; i < 30; ++i)
            item.body += "A long mail, line by line.\n";
        item.body += "\nOn Mon, 3 Nov 2025 at 10:00, Mara <m@x.example> wrote:\n> hello";
        stage.model.apply({item});
        stage.paint();
        QStringList offered;
        for (const TimelineView::Offer &offer : stage.view->offersOf(item.id))
            offered += offer.words;
        QVERIFY2(!offered.contains("Show all"), "Space does that");
        QVERIFY2(offered.contains("Show quoted text"), qPrintable(offered.join(", ")));
    }

    void linksAreOffered_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("html");
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QStringList>("links");
        QTest::newRow("none") << "Nothing to see"
                              << "" << QStringList() << QStringList();
        QTest::newRow("each once") << "https://a.example/x and www.b.example, again https://a.example/x"
                                   << "" << QStringList{"Open the link to a.example/x", "Open the link to www.b.example"}
                                   << QStringList{"https://a.example/x", "https://www.b.example"};
        const QString from = "https://a.example/" + QString(90, 'x'), one = from + "1" + QString(30, 'y'),
                      other = from + "2" + QString(30, 'y');
        QTest::newRow("long ones that begin and end alike")
            << one + " " + other << ""
            << QStringList{"Open the link to " + one.mid(8, 40) + "…" + QString(20, 'y'), "Open the link to " + other.mid(8)}
            << QStringList{one, other};
        QTest::newRow("of a mail, where they lead")
            << "Your bank"
            << "<p><a href=\"https://evil.example/login\">https://bank.example</a> "
               "<a href=\"javascript:alert(1)\">and</a> <a href=\"mailto:a@b.example\">write</a> or "
               "<a href=\"tel:+4930123456\">030 99</a></p>"
            << QStringList{"Open the link to evil.example/login", "Open the link to a@b.example", "Call +4930123456"}
            << QStringList{"https://evil.example/login", "mailto:a@b.example", "tel:+4930123456"};
    }

    void linksAreOffered()
    {
        QFETCH(const QString, body);
        QFETCH(const QString, html);
        QFETCH(const QStringList, words);
        QFETCH(const QStringList, links);
        Stage stage({900, 700});
        samples::fillMany(stage.model, 1);
        Item item = stage.next(9001, Item::Kind::Inbound);
        if (!html.isEmpty())
            item.channel = model::Channel::Email;
        item.body = body.toStdString();
        item.html = html.toStdString();
        stage.model.apply({item});
        stage.paint();
        QSignalSpy wanted(stage.view.get(), &TimelineView::linkActivated);
        const int row = stage.view->rowIndexOf({.kind = RowKey::Kind::Item, .item = item.id});
        QStringList offered;
        for (const TimelineView::Offer &offer : stage.view->offersOf(item.id)) {
            if (offer.action != TimelineAction::OpenLink)
                continue;
            offered += offer.words;
            stage.view->takeOffer(std::size_t(row), offer);
        }
        QCOMPARE(offered, words);
        QStringList opened;
        for (const QVariantList &one : wanted)
            opened += one.first().toString();
        QCOMPARE(opened, links);
    }

    void unreadFromHereIsOfferedOfTheCustomersOwn_data()
    {
        QTest::addColumn<Item::Kind>("kind");
        QTest::addColumn<bool>("automatic");
        QTest::addColumn<bool>("offered");
        QTest::newRow("of what they wrote") << Item::Kind::Inbound << false << true;
        QTest::newRow("not of what their machine wrote") << Item::Kind::Inbound << true << false;
        QTest::newRow("nor of what we wrote") << Item::Kind::Outbound << false << false;
        QTest::newRow("nor of a note") << Item::Kind::Note << false << false;
    }

    void unreadFromHereIsOfferedOfTheCustomersOwn()
    {
        QFETCH(const Item::Kind, kind);
        QFETCH(bool, automatic);
        QFETCH(bool, offered);
        Stage stage;
        samples::fillMany(stage.model, 5);
        Item item = stage.next(9001, kind);
        item.automatic = automatic;
        stage.model.apply({item});
        stage.paint();
        QSignalSpy wanted(stage.view.get(), &TimelineView::actionRequested);
        const auto offers = stage.view->offersOf(item.id);
        const auto unread = std::ranges::find(offers, TimelineAction::UnreadFromHere, &TimelineView::Offer::action);
        QCOMPARE(unread != offers.end(), offered);
        if (!offered)
            return;
        const int row = stage.view->rowIndexOf({.kind = RowKey::Kind::Item, .item = item.id});
        stage.view->takeOffer(std::size_t(row), *unread);
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted[0][0].value<ItemId>(), item.id);
    }

    /// A menu that is asked for by a key is that of the item with the focus, wherever the pointer is.
    void menusByKeyAreOfTheFocusedItem()
    {
        Stage stage;
        samples::fillMany(stage.model, 40);
        stage.paint();
        const ItemId last = stage.model.items().back().id;
        stage.view->goToItem(last);
        QSignalSpy wanted(stage.view.get(), &TimelineView::itemMenuRequested);
        QContextMenuEvent event(QContextMenuEvent::Keyboard, {20, 60}, stage.view->mapToGlobal(QPoint(20, 60)));
        QCoreApplication::sendEvent(stage.view.get(), &event);
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted[0][0].value<ItemId>(), last);
        const QRect box = *stage.view->itemRect(last);
        QVERIFY(box.contains(stage.view->viewport()->mapFromGlobal(wanted[0][1].toPoint())));
    }

    void foldsAndUnfolds()
    {
        Stage stage({592, 680});
        samples::fillChen(stage.model);
        const auto folded = [&] {
            return std::ranges::find(stage.view->rows(), RowKey::Kind::Conversation,
                                     [](const Row &row) { return row.key.kind; });
        };
        QVERIFY(folded() != stage.view->rows().end());
        QCOMPARE(folded()->count, 6U);
        QVERIFY(!folded()->open);
        const std::size_t rows = stage.view->rows().size();
        stage.view->activateRow(std::size_t(folded() - stage.view->rows().begin()));
        QVERIFY(folded()->open);
        QVERIFY(stage.view->rows().size() >= rows + 6);
        stage.view->activateRow(std::size_t(folded() - stage.view->rows().begin()));
        QCOMPARE(stage.view->rows().size(), rows);
    }

    void goesToHiddenItems()
    {
        Stage stage({592, 400});
        samples::fillChen(stage.model);
        const ItemId inside = stage.model.items()[2].id;
        QVERIFY(stage.view->rowIndexOf({RowKey::Kind::Item, inside}) < 0);
        QVERIFY(stage.view->goToItem(inside));
        QCOMPARE(stage.view->focusedItem(), std::optional(inside));
        QVERIFY(stage.view->itemRect(inside)->intersects(stage.view->viewport()->rect()));
        stage.view->setFilter({Strand::Note}, false);
        QVERIFY(stage.view->goToItem(inside)); // the filter goes, and says so
        QVERIFY(!stage.view->goToItem(samples::id<ItemId>(999)));
    }

    void filterLeavesALine()
    {
        Stage stage({592, 680});
        samples::fillLayla(stage.model);
        stage.view->setFilter({Strand::WhatsApp}, false);
        int hidden = 0, shown = 0;
        for (const Row &row : stage.view->rows()) {
            hidden += row.key.kind == RowKey::Kind::Hidden ? int(row.count) : 0;
            shown += row.key.kind == RowKey::Kind::Item;
        }
        QCOMPARE(hidden, 4);
        QCOMPARE(shown, 3);
    }

    void keysWalkTheItems()
    {
        Stage stage({592, 400});
        samples::fillLayla(stage.model);
        stage.view->goToStart();
        QTest::keyClick(stage.view.get(), Qt::Key_Down);
        const auto first = stage.view->focusedItem();
        QVERIFY(first);
        QTest::keyClick(stage.view.get(), Qt::Key_Down);
        QVERIFY(stage.view->focusedItem() != first);
        QTest::keyClick(stage.view.get(), Qt::Key_Up);
        QCOMPARE(stage.view->focusedItem(), first);
        QTest::keyClick(stage.view.get(), Qt::Key_End);
        QVERIFY(stage.view->isAtEnd());
        stage.view->goToItem(stage.model.items().back().id);
        QTest::keyClick(stage.view.get(), Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(stage.model.find(*stage.view->focusedItem())->kind, Item::Kind::Inbound);
        QCOMPARE(stage.view->focusedItem(), std::optional(stage.model.items()[3].id));
    }

    void copiesWithNamesWhenSeveral()
    {
        Stage stage({592, 680});
        samples::fillLayla(stage.model);
        stage.view->goToItem(stage.model.items()[1].id);
        stage.view->copy();
        QVERIFY(QGuiApplication::clipboard()->text().startsWith("Transit damage"));
        QVERIFY(!QGuiApplication::clipboard()->mimeData()->hasHtml()); // nobody's markup leaves with it (ENGINE C74)
        stage.view->selectAll();
        const QString all = stage.view->selectedText(false);
        QVERIFY(all.contains("03/11/2025 16:42, Layla Al-Haddad (Email): Two cups arrived broken\nHello, the set"));
        QVERIFY(all.contains("Aiko Tanaka (internal note): Transit damage"));
        stage.view->clearSelection();
        QVERIFY(!stage.view->hasSelection());
    }

    void draggingSelectsText()
    {
        Stage stage({592, 680});
        samples::fillLayla(stage.model);
        stage.paint();
        const QRect note = *stage.view->itemRect(stage.model.items()[1].id);
        QWidget *viewport = stage.view->viewport();
        const QPoint from(note.left() + 62, note.top() + 35);
        QTest::mousePress(viewport, Qt::LeftButton, {}, from);
        QTest::mouseMove(viewport, from + QPoint(200, 0));
        QMouseEvent move(QEvent::MouseMove, from + QPoint(200, 0), viewport->mapToGlobal(from + QPoint(200, 0)),
                         Qt::LeftButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(viewport, &move);
        QTest::mouseRelease(viewport, Qt::LeftButton, {}, from + QPoint(200, 0));
        const QString text = stage.view->selectedText(false);
        QVERIFY2(text.size() > 10 && QString("Transit damage, claim opened with DHL.").contains(text.left(10)),
                 qPrintable(text));
    }

    void clicksAskTheHost()
    {
        Stage stage({1000, 760});
        samples::fillAmelie(stage.model);
        stage.paint();
        QSignalSpy actions(stage.view.get(), &TimelineView::actionRequested);
        const QRect held = *stage.view->itemRect(stage.model.items().back().id);
        QTest::mouseClick(stage.view->viewport(), Qt::LeftButton, {}, {held.right() - 60, held.top() + 20});
        QCOMPARE(actions.count(), 1);
        QCOMPARE(actions[0][1].value<TimelineAction>(), TimelineAction::UndoSend);
        QCOMPARE(actions[0][0].value<ItemId>(), stage.model.items().back().id);
    }

    /// Undoing is for one's own steps: at a colleague's message Z would take back another one.
    void nobodyUndoesForAnother()
    {
        Stage stage({1000, 760});
        samples::fillAmelie(stage.model);
        model::TimelineItem theirs = stage.model.items().back();
        theirs.author = model::AgentId();
        ++theirs.version;
        stage.model.apply({theirs});
        stage.paint();
        QSignalSpy actions(stage.view.get(), &TimelineView::actionRequested);
        const std::size_t last = stage.view->rows().size() - 1;
        QVERIFY2(stage.view->rowName(last).contains("Sends in 7 s"), qPrintable(stage.view->rowName(last)));
        const QRect held = *stage.view->itemRect(stage.model.items().back().id);
        QTest::mouseClick(stage.view->viewport(), Qt::LeftButton, {}, {held.right() - 60, held.top() + 20});
        QCOMPARE(actions.count(), 0);
    }

    void countdownRunsWithTheClock()
    {
        Stage stage({1000, 760});
        samples::fillAmelie(stage.model);
        stage.paint();
        const auto words = [&] { return stage.view->rowName(stage.view->rows().size() - 1); };
        QVERIFY2(words().contains("Sends in 7 s"), qPrintable(words()));
        stage.clock.advance(std::chrono::seconds(5));
        QVERIFY(words().contains("Sends in 2 s"));
    }

    void asksForEachPictureOnce()
    {
        Stage stage({592, 900});
        QSignalSpy spy(stage.view.get(), &TimelineView::imageRequested);
        samples::fillLayla(stage.model);
        stage.paint();
        stage.paint();
        QTRY_COMPARE(spy.count(), 3); // two cups in the mail, one photo
        stage.view->setImage(samples::id<model::AttachmentId>(1), samples::cup(1, {60, 60}));
        stage.paint();
        QTest::qWait(1);
        QCOMPARE(spy.count(), 3);
    }

    void quickButtonsLieByTheirItem_data()
    {
        QTest::addColumn<Qt::LayoutDirection>("direction");
        QTest::addColumn<int>("width");
        for (const int width : {1000, 592, 320}) {
            QTest::addRow("left to right, %d wide", width) << Qt::LeftToRight << width;
            QTest::addRow("right to left, %d wide", width) << Qt::RightToLeft << width;
        }
    }
    /// Whatever an item looks like; and nothing moves, nor is laid out again.
    void quickButtonsLieByTheirItem()
    {
        QFETCH(Qt::LayoutDirection, direction);
        QFETCH(int, width);
        Stage stage({width, 680});
        stage.view->setLayoutDirection(direction);
        samples::fillAmelie(stage.model);
        stage.offer();
        stage.paint();
        const int layouts = stage.view->counters().layouts;
        int seen = 0;
        for (const Row &row : stage.view->rows()) {
            const auto rect = row.key.kind == RowKey::Kind::Item ? stage.view->itemRect(row.key.item) : std::nullopt;
            if (!rect || !stage.view->viewport()->rect().contains(rect->center())
                || stage.model.find(row.key.item)->kind == Item::Kind::Event)
                continue;
            stage.hover(row.key.item);
            stage.paint();
            QCOMPARE(*stage.view->itemRect(row.key.item), *rect);
            QRect whole;
            for (int i = 0; i < 3; ++i) {
                const QRect button = stage.view->quickButton(i);
                QVERIFY(button.width() >= 24 && button.height() >= 24); // UX 8
                QVERIFY(!whole.intersects(button));
                whole |= button;
            }
            QVERIFY(whole.left() >= rect->left() && whole.right() <= rect->right());
            QVERIFY(whole.top() >= std::min(28, rect->top()) - 8);
            QCOMPARE(stage.view->quickButton(0).x() < stage.view->quickButton(2).x(), direction == Qt::LeftToRight);
            QVERIFY(stage.view->quickButton(3).isNull());
            ++seen;
        }
        QVERIFY(seen > 0);
        QCOMPARE(stage.view->counters().layouts, layouts);
    }

    void itemsWithoutThePointerHaveNoButtons()
    {
        Stage stage;
        samples::fillMany(stage.model, 50);
        std::set<ItemId> asked;
        stage.offer(&asked);
        const QImage before = stage.view->viewport()->grab().toImage();
        QVERIFY(asked.empty());
        const ItemId id = stage.reading();
        stage.hover(id);
        QVERIFY(!stage.view->quickActions().empty());
        stage.paint();
        QCOMPARE(asked, std::set{id});
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(stage.view->viewport(), &leave);
        QVERIFY(stage.view->quickActions().empty());
        QVERIFY(stage.view->quickButton(0).isNull());
        QCOMPARE(stage.view->viewport()->grab().toImage(), before);
    }

    void aQuickClickIsOfItsItem_data()
    {
        QTest::addColumn<int>("pressed");
        QTest::addColumn<int>("released");
        QTest::addColumn<QString>("wanted");
        QTest::newRow("reply") << 0 << 0 << "quote";
        QTest::newRow("more") << 2 << 2 << "more";
        QTest::newRow("what they may not") << 1 << 1 << "";
        QTest::newRow("let go elsewhere") << 0 << 2 << "";
    }
    void aQuickClickIsOfItsItem()
    {
        QFETCH(int, pressed);
        QFETCH(int, released);
        QFETCH(QString, wanted);
        Stage stage;
        samples::fillMany(stage.model, 50);
        stage.offer();
        stage.paint();
        const QSignalSpy spy(stage.view.get(), &TimelineView::quickWanted);
        const ItemId id = stage.reading();
        stage.hover(id);
        const QPoint down = stage.view->quickButton(pressed).center(), up = stage.view->quickButton(released).center();
        stage.mouse(QEvent::MouseMove, down);
        stage.mouse(QEvent::MouseButtonPress, down, Qt::LeftButton);
        stage.mouse(QEvent::MouseMove, up, Qt::LeftButton);
        stage.mouse(QEvent::MouseButtonRelease, up);
        QVERIFY(!stage.view->hasSelection());
        QCOMPARE(spy.size(), wanted.isEmpty() ? 0 : 1);
        if (wanted.isEmpty())
            return;
        QCOMPARE(spy[0][0].toString(), wanted);
        QCOMPARE(spy[0][1].value<ItemId>(), id);
        QCOMPARE(spy[0][2].toRect().center(), stage.view->viewport()->mapToGlobal(down));
        QCOMPARE(stage.view->focusedItem(), std::optional(id)); // as its menu: what was clicked is meant
    }

    void nothingLiesOverWhatIsSelected()
    {
        Stage stage;
        samples::fillMany(stage.model, 50);
        stage.offer();
        stage.paint();
        const QPoint from = stage.view->itemRect(stage.reading())->center(), to = from + QPoint(0, 120);
        stage.mouse(QEvent::MouseButtonPress, from, Qt::LeftButton);
        stage.mouse(QEvent::MouseMove, to, Qt::LeftButton);
        QVERIFY(stage.view->quickActions().empty());
        stage.mouse(QEvent::MouseButtonRelease, to);
        stage.mouse(QEvent::MouseMove, from);
        QVERIFY(!stage.view->quickActions().empty());
    }

    void quickButtonsSayWhatTheyDo_data()
    {
        QTest::addColumn<int>("button");
        QTest::addColumn<QString>("words");
        QTest::newRow("what it does, and its key") << 0 << "Reply (Q)";
        QTest::newRow("why not") << 1 << "Not you";
    }
    void quickButtonsSayWhatTheyDo()
    {
        QFETCH(int, button);
        QFETCH(QString, words);
        Stage stage;
        samples::fillMany(stage.model, 50);
        stage.offer();
        stage.paint();
        stage.hover(stage.reading());
        const QPoint at = stage.view->quickButton(button).center();
        stage.mouse(QEvent::MouseMove, at);
        QHelpEvent help(QEvent::ToolTip, at, stage.view->viewport()->mapToGlobal(at));
        QCoreApplication::sendEvent(stage.view->viewport(), &help);
        QVERIFY2(QToolTip::text().contains(words), qPrintable(QToolTip::text()));
        QToolTip::hideText();
    }

    void findCountsAndWalks()
    {
        Stage stage({1000, 760});
        samples::fillAmelie(stage.model);
        QSignalSpy spy(stage.view.get(), &TimelineView::findChanged);
        stage.view->setFind("REMBOURSEMENT");
        QCOMPARE(spy.last(), (QVariantList{3, 3}));
        stage.view->findPrevious();
        QCOMPARE(spy.last(), (QVariantList{2, 3}));
        QCOMPARE(stage.view->focusedItem(), std::optional(stage.model.items()[3].id));
        stage.view->findNext();
        stage.view->findNext();
        QCOMPARE(spy.last(), (QVariantList{1, 3}));
        stage.view->setFind("no such thing");
        QCOMPARE(spy.last(), (QVariantList{0, 0}));
    }

    void speaksItsRows()
    {
        Stage stage({592, 680});
        samples::fillLayla(stage.model);
        QAccessible::setActive(true);
        QAccessibleInterface *list = QAccessible::queryAccessibleInterface(stage.view.get());
        QVERIFY(list);
        QCOMPARE(list->role(), QAccessible::List);
        QCOMPARE(list->text(QAccessible::Name), QString("Timeline of Layla Al-Haddad, 7 items"));
        QCOMPARE(list->childCount(), int(stage.view->rows().size()));
        for (int i = 0; i < list->childCount(); ++i) {
            QAccessibleInterface *row = list->child(i);
            QVERIFY(row && row->isValid());
            QCOMPARE(row->role(), QAccessible::ListItem);
            QVERIFY(!row->text(QAccessible::Name).isEmpty());
            QCOMPARE(list->indexOfChild(row), i);
            QCOMPARE(row->parent(), list);
        }
        const QString last = list->child(list->childCount() - 1)->text(QAccessible::Name);
        QCOMPARE(last,
                 QString::fromUtf8(
                     "Layla, WhatsApp, photo, message in Arabic: هذه صورة أوضح للكسر في الكوب الثاني. attachment IMG-4.jpg. "
                     "Today 14:02. New. Item 7 of 7."));
        QStringList names;
        for (int i = 0; i < list->childCount(); ++i)
            names << list->child(i)->text(QAccessible::Name);
        const QString said = names.join(u'\n').remove(QChar(0x2068)).remove(QChar(0x2069));
        QVERIFY(said.contains("Event: Arabic speakers rule assigned this to Mara Lindqvist, Today 13:52"));
        QVERIFY(said.contains("Internal note by Aiko Tanaka, customer can't see it: Transit damage"));
        QVERIFY(said.contains("You, WhatsApp, message in Arabic: "));
        QVERIFY(said.contains("Read. Today 13:55"));

        QAccessibleInterface *kept = list->child(list->childCount() - 1);
        stage.model.apply({stage.next(9000)});
        QVERIFY(kept->isValid()); // the same item still, though others came
        stage.model.remove({stage.model.items()[6].id});
        QVERIFY(!kept->isValid());
        QAccessible::setActive(false);
    }

    void mirrorsWhole()
    {
        Stage stage({592, 680});
        samples::fillLayla(stage.model);
        const QImage leftToRight = stage.view->viewport()->grab().toImage();
        stage.view->setLayoutDirection(Qt::RightToLeft);
        const QImage rightToLeft = stage.view->viewport()->grab().toImage();
        const QRgb trunk = stage.theme.colors().channel.whatsapp.fg.rgb();
        const int y = stage.view->viewport()->height() - 30;
        const int width = int(leftToRight.width() / leftToRight.devicePixelRatio());
        QCOMPARE(leftToRight.pixel(23, y), trunk);
        QCOMPARE(rightToLeft.pixel(width - 24, y), trunk);
        QVERIFY(rightToLeft.pixel(23, y) != trunk);
    }

    void takesHostileItems()
    {
        Stage stage({500, 500});
        samples::fillLayla(stage.model);
        std::vector<Item> items;
        int number = 9000;
        for (const auto kind :
             {Item::Kind::Inbound, Item::Kind::Outbound, Item::Kind::Note, Item::Kind::Event, Item::Kind::Call,
              Item::Kind::Order, Item::Kind::Payment, Item::Kind::Form, Item::Kind::Rating, Item::Kind::Comment}) {
            for (const std::string &text : {std::string(), std::string(2'000'000, 'x'), std::string(100'000, '\n'),
                                            std::string("\xE2\x80\xAE"
                                                        "evil\0x",
                                                        8),
                                            std::string("<img src=x onerror=alert(1)><b>bold</b>")}) {
                Item item = stage.next(++number, kind);
                item.at += std::chrono::seconds(number);
                item.channel = number % 2 ? model::Channel::Email : model::Channel::X;
                item.body = item.subject = item.authorName = item.html = text;
                item.delivery = model::Delivery{.state = model::Delivery::State::Failed, .problemText = text};
                item.details = {{"event", text},      {"number", text},     {"status", text},
                                {"transcript", text}, {"durationMs", "-5"}, {"score", "99999999999"},
                                {"max", "-1"},        {"to", text},         {"cc", text}};
                model::Attachment attachment;
                attachment.id = samples::id<model::AttachmentId>(number);
                attachment.name = text;
                attachment.mediaType = number % 3 ? "image/png" : "application/pdf";
                attachment.sizeBytes = -1;
                attachment.width = 1;
                attachment.height = 2'000'000'000;
                item.attachments = {attachment, attachment, attachment};
                item.inReplyTo = item.id;
                items.push_back(std::move(item));
            }
        }
        stage.model.apply(std::move(items));
        stage.view->goToStart();
        for (int i = 0; i < 400 && !stage.view->isAtEnd(); ++i) {
            stage.paint();
            stage.scrollBy(400);
        }
        QVERIFY(stage.view->isAtEnd());
        for (const Row &row : stage.view->rows()) {
            const auto rect = row.key.kind == RowKey::Kind::Item ? stage.view->itemRect(row.key.item) : std::nullopt;
            if (rect)
                QVERIFY2(rect->height() > 0 && rect->height() < 3000, qPrintable(QString::number(rect->height())));
        }
        stage.view->selectAll();
        stage.view->selectedText(true);
        for (std::size_t row = 0; row < stage.view->rows().size(); ++row)
            QVERIFY(stage.view->rowName(row).size() < 200'000);
    }

    void emptyAndLoadingPaint()
    {
        Stage stage;
        stage.paint();
        stage.model.setLoading(true);
        stage.paint();
        stage.model.setLoading(false);
        QTest::keyClick(stage.view.get(), Qt::Key_Down);
        QTest::keyClick(stage.view.get(), Qt::Key_Space);
        QTest::mouseClick(stage.view->viewport(), Qt::LeftButton, {}, {100, 100});
        stage.view->goToEnd();
        stage.view->selectAll();
        QCOMPARE(stage.view->selectedText(true), QString());
    }
};

QTEST_MAIN(TestTimelineView)
#include "tst_timeline_view.moc"
