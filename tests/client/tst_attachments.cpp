#include "core/base/digest.h"
#include "core/client/attachments.h"
#include "core/client/local_store.h"
#include "core/wire/features.h"
#include "teapot_shop.h"

#include <QBuffer>
#include <QDirIterator>
#include <QImage>

#include <sys/stat.h>

using namespace tributary;
using namespace tributary::client;
using namespace tributary::client::testing;
using namespace tributary::model;
using State = Status::State;

namespace {

/// A shop whose hub takes files under the names that desktops give them.
struct Shop {
    MiniHub hub;
    Desk desk;

    Shop()
    {
        furnish(hub);
        hub.features = wire::ownFeatures();
        desk.signIn(hub);
    }
    void goOffline()
    {
        hub.stop();
        QTRY_VERIFY(desk.workspace->status().state == State::Offline);
    }
    void comeBack()
    {
        hub.start();
        desk.workspace->tryNow();
        desk.live();
    }
    QByteArray content(const Attachment &file)
    {
        return waited(desk.workspace->attachmentBytes(file, 1 << 20)).value_or(QByteArray());
    }
    bool isHere(const Attachment &file)
    {
        return QDirIterator(desk.folder.path(), {QString::fromStdString(file.sha256)}, QDir::Files,
                            QDirIterator::Subdirectories)
            .hasNext();
    }
    Attachment attach(const QByteArray &content)
    {
        const auto file = waited(desk.workspace->attach("label.pdf", "application/pdf", content));
        if (!file)
            qFatal("%s", file.error().detail.c_str());
        return *file;
    }
    Result<Submitted> send(int item, std::vector<Attachment> files)
    {
        SendMessage message = replyOf(item, "Here it is.");
        message.attachments = std::move(files);
        return waited(desk.workspace->submit(message));
    }
    /// What the hub has of the files that the message names.
    QByteArrayList sent(int item)
    {
        QByteArrayList contents;
        for (const Attachment &file : hub.get<TimelineItem>(idOf<TimelineItemId>(item)).attachments)
            contents.append(hub.uploads.value(QString::fromStdString(file.id.text())));
        return contents;
    }
};

} // namespace

class TestAttachments : public QObject {
    Q_OBJECT
private slots:
    void attachmentsGoBothWays();
    void anotherProgramIsGivenACopy_data();
    void anotherProgramIsGivenACopy();
    void whatIsForgottenOnItsWayIsNotKept();
    void downloadsGoOn();
    void picturesAreBounded_data();
    void picturesAreBounded();
    void aFileIsSentThatWasAttachedWithoutTheHub();
    void whatBreaksOnItsWayIsKept();
    void fewFilesGoUpAtOnce();
    void filesInLineAreGoodWithoutTheHub();
    void aFileThatTheHubHasIsNotBroughtAgain();
    void commandsWaitForTheFilesBeforeThem();
    void whatIsNowhereIsTheHubsToRefuse_data();
    void whatIsNowhereIsTheHubsToRefuse();
    void whatCannotBeReadJustNowIsWaitedFor();
    void whatIsToBeSentStaysWhereTheSameIsGone();
    void whatIsTakenBackIsNotWaitedFor_data();
    void whatIsTakenBackIsNotWaitedFor();
    void filesOfUnsentWorkOutliveASignOut_data();
    void filesOfUnsentWorkOutliveASignOut();
    void aSignOutThatIsCutOffKeepsFiles_data();
    void aSignOutThatIsCutOffKeepsFiles();
    void filesOfUnsentWorkGoWithIt();
    void theFileOfADraftToSomebodyErasedGoes();
    void allOfAFileSaysThatItIsThere();
    void badFilesAreRefused_data();
    void badFilesAreRefused();
};

void TestAttachments::attachmentsGoBothWays()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    QImage picture(400, 200, QImage::Format_RGB32);
    picture.fill(Qt::blue);
    QByteArray png;
    QBuffer buffer(&png);
    picture.save(&buffer, "PNG");
    const auto attachment = waited(desk.workspace->attach("teapot.png", "image/png", png));
    QVERIFY(attachment);
    QCOMPARE(attachment->sizeBytes, png.size());
    const auto file = waited(desk.workspace->attachmentFile(*attachment));
    QVERIFY(file && QFile::exists(*file));
    const auto small = waited(desk.workspace->thumbnail(*attachment, QSize(100, 100)));
    QVERIFY(small);
    QCOMPARE(small->size(), QSize(100, 50));

    // Fetched, with its hash checked, and refused when it is something else or larger than announced.
    Attachment remote{.id = idOf<AttachmentId>(70), .name = "a.txt", .sizeBytes = 5};
    hub.blob = "hello";
    remote.sha256 = toHex(sha256(bytesOf("hello")));
    QFile fetched(waited(desk.workspace->attachmentFile(remote)).value());
    QVERIFY(fetched.open(QIODevice::ReadOnly));
    QCOMPARE(fetched.readAll(), QByteArray("hello"));
    QVERIFY(waited(desk.workspace->thumbnail(remote, QSize(9, 9))).error().kind == Error::Kind::Invalid);
    remote.sha256 = toHex(sha256(bytesOf("world")));
    QVERIFY(waited(desk.workspace->attachmentFile(remote)).error().kind == Error::Kind::Corrupt);
    hub.blob = QByteArray(1'000, 'z');
    QVERIFY(waited(desk.workspace->attachmentFile(remote)).error().kind == Error::Kind::TooLarge);
    remote.sha256 = "../../etc/passwd";
    QVERIFY(waited(desk.workspace->attachmentFile(remote)).error().kind == Error::Kind::Invalid);
}

void TestAttachments::anotherProgramIsGivenACopy_data()
{
    QTest::addColumn<bool>("inPlace");
    QTest::newRow("writes into it") << true;
    QTest::newRow("puts another in its place") << false;
}

/// Whatever that program makes of it: what was sent stays what was sent.
void TestAttachments::anotherProgramIsGivenACopy()
{
    QFETCH(const bool, inPlace);
    Shop shop; // without a key
    const Attachment price = shop.attach("10 euros");
    const auto open = [&] { return waited(shop.desk.workspace->attachmentFile(price)).value_or(QString()); };
    const QString path = open();
    QCOMPARE(QFile::permissions(path) & (QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    QVERIFY(inPlace ? QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner) : QFile::remove(path));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write("90 euros");
    file.close();
    QCOMPARE(shop.content(price), QByteArray("10 euros"));
    QFile again(open());
    QVERIFY(again.open(QIODevice::ReadOnly));
    QCOMPARE(again.readAll(), QByteArray("10 euros"));
    shop.goOffline(); // all of it is here
    QCOMPARE(shop.content(price), QByteArray("10 euros"));
}

/// What has it was taken back while it was on its way: it must not stay on the disk.
void TestAttachments::whatIsForgottenOnItsWayIsNotKept()
{
    MiniHub hub;
    furnish(hub);
    hub.blob = "hello";
    Attachment remote{.id = idOf<AttachmentId>(70), .name = "a.txt", .sizeBytes = 5};
    remote.sha256 = toHex(sha256(bytesOf("hello")));
    TimelineItem item{.id = idOf<TimelineItemId>(71), .conversation = kConversation, .customer = kCustomer};
    item.attachments = {remote};
    hub.put(item);
    Desk desk;
    desk.signIn(hub);
    QTRY_VERIFY(waited(desk.workspace->timelineBefore(kCustomer, fromMs(4'000'000'000'000), {}, 60)).value().items.size()
                > 0);
    hub.holdsBlobs = true;
    const auto asked = desk.workspace->attachmentFile(remote);
    QTRY_COMPARE(hub.ranges.size(), 1);
    bool isGone = false;
    connect(desk.workspace.get(), &Workspace::changed, this,
            [&](const store::ChangeSet &changed) { isGone |= changed.items.contains(item.id); });
    item.deleted = true;
    item.attachments.clear();
    hub.put(item);
    hub.say(wire::Changes{.from = hub.head - 1, .to = hub.head, .head = hub.head, .rows = {hub.get<TimelineItem>(item.id)}});
    QTRY_VERIFY(isGone);
    hub.letBlobsGo();
    QVERIFY(!waited(asked));
    QDirIterator files(desk.folder.path(), {QString::fromStdString(remote.sha256)}, QDir::Files,
                       QDirIterator::Subdirectories);
    QVERIFY(!files.hasNext());
}

/// A file that is cut on its way goes on where it was cut; nothing of it is fetched twice.
void TestAttachments::downloadsGoOn()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    SeededRng rng(3);
    std::vector<std::byte> bytes(200'000);
    rng.fill(bytes);
    hub.blob = QByteArray(reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size()));
    Attachment remote{.id = idOf<AttachmentId>(70), .name = "a.bin", .sizeBytes = hub.blob.size()};
    remote.sha256 = toHex(sha256(bytes));
    const auto content = [&] {
        QFile file(waited(desk.workspace->attachmentFile(remote)).value_or(QString()));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    hub.cuts = {150'000, 20'000, 0};
    QVERIFY(waited(desk.workspace->attachmentFile(remote)).error().kind == Error::Kind::Offline); // nothing came any more
    QCOMPARE(hub.ranges, (QByteArrayList{{}, "bytes=150000-", "bytes=170000-"}));
    QVERIFY(content() == hub.blob);
    QCOMPARE(hub.ranges.size(), 4);
    QCOMPARE(hub.ranges.last(), QByteArray("bytes=170000-"));

    // What lies there is another content by now: all of it comes, and is not what was announced.
    remote.id = idOf<AttachmentId>(71);
    const QByteArray other = hub.blob.toHex().first(200'000);
    hub.blob.replace(0, 1, "x");
    remote.sha256 = toHex(sha256(std::as_bytes(std::span(hub.blob.constData(), std::size_t(hub.blob.size())))));
    hub.cuts = {1'000, 0};
    QVERIFY(waited(desk.workspace->attachmentFile(remote)).error().kind == Error::Kind::Offline);
    const QByteArray announced = std::exchange(hub.blob, other);
    QVERIFY(waited(desk.workspace->attachmentFile(remote)).error().kind == Error::Kind::Corrupt);
    hub.blob = announced;
    QVERIFY(content() == announced); // begun anew
    QCOMPARE(hub.ranges.last(), QByteArray());
}

void TestAttachments::picturesAreBounded_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QSize>("room");
    QTest::addColumn<QSize>("shown"); // empty: not decoded
    const auto picture = [](int width, int height, QImage::Format format, const char *kind) {
        QImage image(width, height, format);
        image.fill(0);
        QByteArray bytes;
        QBuffer buffer(&bytes);
        if (!image.save(&buffer, kind))
            qFatal("%s", kind);
        return bytes;
    };
    using Format = QImage::Format;
    const QSize room(100, 100), none;
    for (const char *kind : {"PNG", "JPG", "BMP"})
        QTest::newRow(kind) << picture(200, 100, Format::Format_RGB32, kind) << room << QSize(100, 50);
    QTest::newRow("many pixels") << picture(7'000, 7'000, Format::Format_RGB32, "PNG") << room << room;
    QTest::newRow("too many pixels") << picture(8'100, 8'000, Format::Format_Mono, "PNG") << room << none;
    QByteArray bomb = picture(8, 8, Format::Format_RGB32, "PNG");
    bomb.replace(16, 8, QByteArray::fromHex("7fffffff7fffffff")); // its size, as the header says it
    QTest::newRow("a size that nobody has") << bomb << room << none;
    QTest::newRow("too many bytes at once")
        << picture(5'000, 5'000, Format::Format_RGB32, "PNG") << QSize(5'000, 5'000) << none;
    // Formats that other programs' plug-ins would read.
    QTest::newRow("XPM") << picture(8, 8, Format::Format_RGB32, "XPM") << room << none;
    QTest::newRow("PPM") << picture(8, 8, Format::Format_RGB32, "PPM") << room << none;
    QTest::newRow("ICO") << QByteArray::fromHex("00000100010001010000010018003000000016000000") << room << none;
    QTest::newRow("SVG") << QByteArray("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect/></svg>") << room
                         << none;
    // Whoever reads it opens what it names, and never comes back.
    QTest::newRow("SVG that names a file") << QByteArray("<svg xmlns='http://www.w3.org/2000/svg' "
                                                         "xmlns:xlink='http://www.w3.org/1999/xlink' width='9' height='9'>"
                                                         "<image xlink:href='/dev/ptmx' width='9' height='9'/></svg>")
                                           << room << none;
    QTest::newRow("half of one") << picture(200, 100, Format::Format_RGB32, "PNG").first(40) << room << none;
    QTest::newRow("none") << QByteArray("no picture") << room << none;
}

/// What a customer sends is decoded within bounds, or not at all (ENGINE C72).
void TestAttachments::picturesAreBounded()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QSize, room);
    QFETCH(const QSize, shown);
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    hub.blob = bytes;
    Attachment remote{.id = idOf<AttachmentId>(70), .name = "a.png", .sizeBytes = bytes.size()};
    remote.mediaType = "image/png"; // whatever it is
    remote.sha256 = toHex(sha256(std::as_bytes(std::span(bytes.constData(), std::size_t(bytes.size())))));
    const auto small = waited(desk.workspace->thumbnail(remote, room));
    QCOMPARE(small.has_value(), shown.isValid());
    if (small)
        QCOMPARE(small->size(), shown);
    else
        QCOMPARE(small.error().kind, Error::Kind::Invalid);
}

// -- Without the hub
// -----------------------------------------------------------------------------------------------------------

/// Files are good as soon as they are here, also when the program ends in between; the message goes out with them, once.
void TestAttachments::aFileIsSentThatWasAttachedWithoutTheHub()
{
    Shop shop;
    shop.goOffline();
    const Attachment label = shop.attach("a label"), nothing = shop.attach("");
    QCOMPARE(label.name, std::string("label.pdf"));
    QCOMPARE(label.sizeBytes, 7);
    QVERIFY(shop.send(61, {label, nothing}));
    QCOMPARE(shop.content(label), QByteArray("a label")); // to be seen already
    shop.desk.close();
    shop.desk.open();
    QCOMPARE(shop.content(label), QByteArray("a label"));
    shop.comeBack();
    QTRY_COMPARE(shop.desk.workspace->status().outboxCount, 0);
    QCOMPARE(shop.sent(61), (QByteArrayList{"a label", ""}));
    QCOMPARE(shop.hub.uploads.size(), 2);
    QCOMPARE(shop.hub.commands.size(), 1u);
}

/// The link looks alive, and the file does not get through: it is good all the same.
void TestAttachments::whatBreaksOnItsWayIsKept()
{
    Shop shop;
    shop.hub.uploadStatus = 503;
    const Attachment label = shop.attach("a label");
    QVERIFY(shop.hub.uploads.isEmpty());
    QVERIFY(shop.send(61, {label}));
    QTRY_VERIFY_WITH_TIMEOUT(shop.hub.uploadsAsked >= 2, 15'000); // it is asked for, and does not get through again
    QVERIFY(shop.hub.commands.empty());
    shop.hub.uploadStatus = 0;
    QTRY_COMPARE_WITH_TIMEOUT(shop.desk.workspace->status().outboxCount, 0, 15'000);
    QCOMPARE(shop.sent(61), QByteArrayList{"a label"});
}

/// Sixty photographs are not in memory all at once, nor do they take the line from everything else.
void TestAttachments::fewFilesGoUpAtOnce()
{
    constexpr int kFiles = 5;
    Shop shop;
    shop.hub.holdsUploads = true;
    std::vector<QFuture<Result<Attachment>>> going;
    for (int i = 0; i < kFiles; ++i)
        going.push_back(shop.desk.workspace->attach("photo.jpg", "image/jpeg", "photo " + QByteArray::number(i)));
    QTRY_COMPARE(shop.hub.uploadsAsked, Attachments::kMostUploads);
    Attachment nowhere{.id = idOf<AttachmentId>(99), .name = "gone.jpg", .mediaType = "image/jpeg", .sizeBytes = 1};
    nowhere.sha256 = toHex(sha256(bytesOf("gone")));
    QVERIFY(!waited(shop.desk.workspace->attachmentBytes(nowhere, 1 << 20)));
    QCOMPARE(shop.hub.blobsMissed, 1); // so others get their turn
    QCOMPARE(shop.hub.uploadsAsked, Attachments::kMostUploads);
    shop.hub.letBlobsGo();
    std::vector<Attachment> files;
    for (const QFuture<Result<Attachment>> &one : going)
        files.push_back(*waited(one));
    QCOMPARE(shop.hub.uploads.size(), kFiles);
    QVERIFY(shop.send(61, files));
    QTRY_COMPARE(shop.desk.workspace->status().outboxCount, 0);
    QCOMPARE(shop.sent(61), (QByteArrayList{"photo 0", "photo 1", "photo 2", "photo 3", "photo 4"}));
}

/// Those that wait for their turn as the link breaks are good all the same.
void TestAttachments::filesInLineAreGoodWithoutTheHub()
{
    Shop shop;
    shop.hub.holdsUploads = true;
    std::vector<QFuture<Result<Attachment>>> going;
    for (int i = 0; i < 4; ++i)
        going.push_back(shop.desk.workspace->attach("photo.jpg", "image/jpeg", "photo " + QByteArray::number(i)));
    QTRY_COMPARE(shop.hub.uploadsAsked, Attachments::kMostUploads);
    shop.goOffline();
    for (const QFuture<Result<Attachment>> &one : going)
        QVERIFY(waited(one));
    QVERIFY(shop.hub.uploads.isEmpty());
}

void TestAttachments::aFileThatTheHubHasIsNotBroughtAgain()
{
    Shop shop;
    const Attachment first = shop.attach("in this session");
    QVERIFY(shop.send(61, {first}));
    QTRY_COMPARE(shop.desk.workspace->status().outboxCount, 0);
    QVERIFY(shop.hub.ranges.isEmpty()); // nobody asked for it

    const Attachment second = shop.attach("in an earlier one");
    shop.goOffline();
    shop.comeBack();
    QVERIFY(shop.send(62, {second}));
    QTRY_COMPARE(shop.desk.workspace->status().outboxCount, 0);
    QCOMPARE(shop.hub.ranges, QByteArrayList{"bytes=16-"}); // its last byte
    QCOMPARE(shop.hub.uploadsAsked, 2);

    shop.hub.uploads.clear(); // it was restored from before
    const Attachment third = shop.attach("forgotten");
    shop.hub.uploads.clear();
    shop.goOffline();
    shop.comeBack();
    QVERIFY(shop.send(63, {third}));
    QTRY_COMPARE(shop.desk.workspace->status().outboxCount, 0);
    QCOMPARE(shop.sent(63), QByteArrayList{"forgotten"});
}

/// In order, as they were done.
void TestAttachments::commandsWaitForTheFilesBeforeThem()
{
    Shop shop;
    shop.goOffline();
    QVERIFY(waited(shop.desk.workspace->submit(SetTags{kConversation, {"first"}, {}})));
    QVERIFY(shop.send(61, {shop.attach("a label")}));
    QVERIFY(waited(shop.desk.workspace->submit(SetTags{kConversation, {"third"}, {}})));
    shop.hub.uploadStatus = 507;
    shop.comeBack();
    QTRY_COMPARE(shop.hub.commands.size(), 1u);
    QTRY_VERIFY(shop.hub.uploadsAsked >= 1);
    QVERIFY(waited(shop.desk.workspace->submit(SetTags{kConversation, {"fourth"}, {}})));
    QTRY_VERIFY_WITH_TIMEOUT(shop.hub.uploadsAsked >= 2, 15'000); // and again
    QCOMPARE(shop.hub.commands.size(), 1u);
    shop.hub.uploadStatus = 0;
    QTRY_COMPARE_WITH_TIMEOUT(shop.hub.commands.size(), 4u, 15'000);
    QCOMPARE(shop.sent(61), QByteArrayList{"a label"});
}

void TestAttachments::whatIsNowhereIsTheHubsToRefuse_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("isLost");
    QTest::newRow("it is not here any more") << 0 << true;
    QTest::newRow("its name is another's") << 409 << false;
    QTest::newRow("too large for this hub") << 413 << false;
    QTest::newRow("refused by who stands between") << 403 << false;
}

/// A file that will never be there holds nothing up: its author hears of it, and what is behind goes on.
void TestAttachments::whatIsNowhereIsTheHubsToRefuse()
{
    QFETCH(const int, status);
    QFETCH(const bool, isLost);
    Shop shop;
    shop.goOffline();
    const Attachment label = shop.attach("a label");
    QVERIFY(shop.send(61, {label}));
    QVERIFY(waited(shop.desk.workspace->submit(SetTags{kConversation, {"behind"}, {}})));
    if (isLost) {
        QDirIterator files(shop.desk.folder.path(), {QString::fromStdString(label.sha256)}, QDir::Files,
                           QDirIterator::Subdirectories);
        QVERIFY(files.hasNext() && QFile::remove(files.next()));
    }
    shop.hub.uploadStatus = status;
    shop.hub.judge = [](const Command &command) {
        Outcome outcome{.n = command.n, .command = command.id};
        if (std::holds_alternative<SendMessage>(command.body)) {
            outcome.kind = Outcome::Kind::Refused;
            outcome.reason = Outcome::Reason::NotFound;
        }
        return outcome;
    };
    shop.comeBack();
    QTRY_COMPARE(shop.hub.commands.size(), 2u);
    QTRY_COMPARE(shop.desk.workspace->status().outboxCount, 0);
    QTRY_COMPARE(shop.desk.workspace->status().needsYouCount, 1);
    const auto draft = waited(shop.desk.workspace->draft(kConversation, store::Draft::Kind::Reply));
    QVERIFY(draft && *draft);
    QCOMPARE(store::attachmentsOf(**draft), std::vector{label});
}

/// The same content was in something that is taken out of sight.
/// An error of the disk is no word about the file: what was written waits, and goes when it can be read.
void TestAttachments::whatCannotBeReadJustNowIsWaitedFor()
{
    Shop shop;
    shop.goOffline();
    const Attachment label = shop.attach("a label");
    QVERIFY(shop.send(61, {label}));
    QDirIterator files(shop.desk.folder.path(), {QString::fromStdString(label.sha256)}, QDir::Files,
                       QDirIterator::Subdirectories);
    QVERIFY(files.hasNext());
    const QString path = files.next();
    QVERIFY(QFile::rename(path, path + ".aside") && QDir().mkdir(path)); // it opens, and reading fails
    shop.comeBack();
    QTRY_VERIFY_WITH_TIMEOUT(shop.hub.blobsMissed > 1, 15'000); // it has been tried, and is tried again
    QVERIFY(shop.hub.commands.empty());
    QVERIFY(QDir().rmdir(path) && QFile::rename(path + ".aside", path));
    QTRY_COMPARE_WITH_TIMEOUT(shop.desk.workspace->status().outboxCount, 0, 30'000);
    QCOMPARE(shop.sent(61), QByteArrayList{"a label"});
}

void TestAttachments::whatIsToBeSentStaysWhereTheSameIsGone()
{
    Shop shop;
    TimelineItem item{.id = idOf<TimelineItemId>(71), .conversation = kConversation, .customer = kCustomer};
    for (const char *content : {"a label", "a draft's"}) {
        item.attachments.push_back({.id = idOf<AttachmentId>(72 + int(item.attachments.size())), .name = "a.txt"});
        item.attachments.back().sha256 = toHex(sha256(bytesOf(content)));
    }
    shop.hub.put(item);
    QTRY_VERIFY(waited(shop.desk.workspace->timelineBefore(kCustomer, fromMs(4'000'000'000'000), {}, 60))->items.size() > 1);
    shop.hub.deaf = true;
    shop.hub.uploadStatus = 503;
    const Attachment label = shop.attach("a label"), drafted = shop.attach("a draft's");
    QVERIFY(shop.send(61, {label}));
    store::Draft draft{.conversation = kConversation, .kind = store::Draft::Kind::Note, .body = "see"};
    store::setAttachments(draft, {drafted});
    QVERIFY(waited(shop.desk.workspace->saveDraft(draft)));
    bool isGone = false;
    connect(shop.desk.workspace.get(), &Workspace::changed, this,
            [&](const store::ChangeSet &changed) { isGone |= changed.items.contains(item.id); });
    item.deleted = true;
    item.attachments.clear();
    shop.hub.put(item);
    QTRY_VERIFY(isGone);
    shop.desk.close(); // which waits for what is being deleted
    QVERIFY(shop.isHere(label) && shop.isHere(drafted));
}

/// Nothing of it is sent, and what is behind does not wait for it.
void TestAttachments::whatIsTakenBackIsNotWaitedFor_data()
{
    QTest::addColumn<bool>("isNote");
    QTest::newRow("a reply") << false;
    QTest::newRow("a note") << true;
}

void TestAttachments::whatIsTakenBackIsNotWaitedFor()
{
    QFETCH(const bool, isNote);
    Shop shop;
    shop.hub.uploadStatus = 507;
    const Attachment label = shop.attach("a label");
    if (isNote) {
        AddNote note{.item = idOf<TimelineItemId>(61), .conversation = kConversation, .body = "See."};
        note.attachments = {label};
        QVERIFY(waited(shop.desk.workspace->submit(note)));
    } else {
        QVERIFY(shop.send(61, {label}));
    }
    QVERIFY(waited(shop.desk.workspace->submit(SetTags{kConversation, {"behind"}, {}})));
    QTRY_VERIFY_WITH_TIMEOUT(shop.hub.uploadsAsked >= 2, 15'000);
    QVERIFY(shop.hub.commands.empty());
    QVERIFY(waited(shop.desk.workspace->takeBackItem(idOf<TimelineItemId>(61), false)));
    QTRY_COMPARE(shop.desk.workspace->status().outboxCount, 0);
    QVERIFY(shop.hub.commands.size() >= 3u);
    QVERIFY(shop.hub.commands[0].body == CommandBody(CancelMessage{}));
    QVERIFY(std::holds_alternative<SetTags>(shop.hub.commands[1].body));
    QVERIFY(shop.hub.uploads.isEmpty());
    QCOMPARE(shop.desk.workspace->status().needsYouCount, 0);
}

void TestAttachments::filesOfUnsentWorkOutliveASignOut_data()
{
    QTest::addColumn<bool>("isLockedOut");
    QTest::newRow("signed out") << false;
    QTest::newRow("the hub takes the token no more") << true;
}

/// As the work does: whoever signs in again has both. What was only looked at goes.
void TestAttachments::filesOfUnsentWorkOutliveASignOut()
{
    QFETCH(const bool, isLockedOut);
    Shop shop;
    const Attachment seen = shop.attach("seen");
    shop.goOffline();
    const Attachment label = shop.attach("a label"), drafted = shop.attach("a draft's");
    QVERIFY(shop.send(61, {label}));
    store::Draft draft{.conversation = kConversation, .kind = store::Draft::Kind::Note, .body = "see"};
    store::setAttachments(draft, {drafted});
    QVERIFY(waited(shop.desk.workspace->saveDraft(draft)));
    if (isLockedOut) {
        shop.hub.token = "token-2";
        shop.hub.start();
        shop.desk.workspace->tryNow();
        QTRY_VERIFY(shop.desk.workspace->status().state == State::SignedOut);
    } else {
        QVERIFY(waited(shop.desk.workspace->signOut()));
        shop.hub.start();
    }
    QTRY_VERIFY(!shop.isHere(seen));
    QVERIFY(shop.isHere(label) && shop.isHere(drafted));
    QVERIFY(waited(shop.desk.workspace->signIn(shop.hub.url(), "ana@teapots.example", shop.hub.password)));
    shop.desk.live();
    QTRY_COMPARE(shop.desk.workspace->status().outboxCount, 0);
    QCOMPARE(shop.sent(61), QByteArrayList{"a label"});
    QCOMPARE(shop.content(drafted), QByteArray("a draft's"));
}

void TestAttachments::aSignOutThatIsCutOffKeepsFiles_data()
{
    QTest::addColumn<QString>("when");
    QTest::newRow("nothing more is written") << "(SELECT token FROM installation) = ''";
    QTest::newRow("no list can be kept") << "1";
}

/// The program is killed or the disk fails when the token is gone: what has not been sent outlives whoever is next.
void TestAttachments::aSignOutThatIsCutOffKeepsFiles()
{
    QFETCH(const QString, when);
    Shop shop;
    const Attachment seen = shop.attach("seen");
    shop.goOffline();
    const Attachment drafted = shop.attach("a draft's");
    store::Draft draft{.conversation = kConversation, .kind = store::Draft::Kind::Note, .body = "see"};
    store::setAttachments(draft, {drafted});
    QVERIFY(waited(shop.desk.workspace->saveDraft(draft)));
    const auto change = [&](const QString &sqlText) {
        const auto journal =
            store::Database::open(LocalStore::journalPath(shop.desk.folder.path().toStdString()).string(), {});
        QVERIFY(journal && (*journal)->execute(sqlText.toStdString()));
    };
    change("CREATE TRIGGER cut_off BEFORE INSERT ON setting WHEN " + when + " BEGIN SELECT RAISE(ABORT, 'cut off'); END");
    (void)waited(shop.desk.workspace->signOut());
    shop.desk.close();
    change("DROP TRIGGER cut_off");
    shop.hub.start();
    shop.desk.open();
    const Agent ana = shop.hub.agent, ben{.id = idOf<AgentId>(9), .email = "ben@teapots.example", .name = "Ben"};
    for (const Agent &agent : {ben, ana}) {
        shop.hub.agent = agent;
        shop.hub.put(agent);
        QVERIFY(waited(shop.desk.workspace->signIn(shop.hub.url(), agent.email, shop.hub.password)));
        shop.desk.live();
        QTRY_VERIFY(!shop.isHere(seen));
        QVERIFY(shop.isHere(drafted));
        QVERIFY(waited(shop.desk.workspace->signOut()));
    }
}

/// But no longer than the work: it goes with the next copy, or with whoever was erased, also where somebody else works here.
void TestAttachments::filesOfUnsentWorkGoWithIt()
{
    Shop shop;
    store::Draft draft{.conversation = kConversation, .kind = store::Draft::Kind::Note, .body = "see"};
    const auto keep = [&](const std::vector<Attachment> &files) {
        store::setAttachments(draft, files);
        QVERIFY(waited(shop.desk.workspace->saveDraft(draft)));
    };
    const auto signOutAndIn = [&](const std::string &email) {
        QVERIFY(waited(shop.desk.workspace->signOut()));
        QVERIFY(waited(shop.desk.workspace->signIn(shop.hub.url(), email, shop.hub.password)));
        shop.desk.live();
    };
    const Attachment label = shop.attach("a label");
    keep({label});
    signOutAndIn("ana@teapots.example");
    QVERIFY(shop.isHere(label));
    const Attachment other = shop.attach("another");
    keep({other});
    signOutAndIn("ana@teapots.example");
    QVERIFY(!shop.isHere(label));
    QVERIFY(shop.isHere(other));
    shop.hub.agent = {.id = idOf<AgentId>(9), .email = "ben@teapots.example", .name = "Ben"};
    shop.hub.put(shop.hub.agent);
    signOutAndIn("ben@teapots.example");
    QVERIFY(waited(shop.desk.workspace->drafts())->empty());
    QVERIFY(shop.isHere(other));
    ++shop.hub.head;
    wire::Changes gone{.from = shop.hub.head - 1, .to = shop.hub.head, .head = shop.hub.head};
    gone.removals = {{EntityType::Customer, kCustomer.bytes, gone.to},
                     {EntityType::Conversation, kConversation.bytes, gone.to}};
    gone.erased = {kConversation};
    shop.hub.say(gone);
    QTRY_VERIFY(!shop.isHere(other));
}

/// Nothing names it after that, and it was not there at the start.
void TestAttachments::theFileOfADraftToSomebodyErasedGoes()
{
    Shop shop;
    const Attachment passport = shop.attach("a passport"), label = shop.attach("a label");
    store::Draft draft{.conversation = kConversation, .body = "see"};
    store::setAttachments(draft, {passport, label});
    QVERIFY(waited(shop.desk.workspace->saveDraft(draft)));
    store::Draft elsewhere{.conversation = idOf<ConversationId>(77), .body = "see"};
    store::setAttachments(elsewhere, {label});
    QVERIFY(waited(shop.desk.workspace->saveDraft(elsewhere)));
    QVERIFY(shop.isHere(passport));
    ++shop.hub.head;
    wire::Changes gone{.from = shop.hub.head - 1, .to = shop.hub.head, .head = shop.hub.head};
    gone.removals = {{EntityType::Customer, kCustomer.bytes, gone.to}};
    gone.erased = {kConversation};
    shop.hub.say(gone);
    QTRY_VERIFY(!shop.isHere(passport));
    QVERIFY(shop.isHere(label));
}

/// Who stands between knows nothing of parts, and gives all of it: it is there, whatever its size.
void TestAttachments::allOfAFileSaysThatItIsThere()
{
    Shop shop;
    const Attachment large = shop.attach(QByteArray(3 << 20, 'x'));
    shop.hub.givesParts = false;
    shop.goOffline();
    shop.comeBack();
    QVERIFY(shop.send(61, {large}));
    QTRY_COMPARE(shop.desk.workspace->status().outboxCount, 0);
    QCOMPARE(shop.hub.uploadsAsked, 1);
}

void TestAttachments::badFilesAreRefused_data()
{
    QTest::addColumn<qint64>("size"); // -1: there is no such file, -2: it is a pipe that nobody writes to
    QTest::addColumn<bool>("isOffline");
    QTest::addColumn<Error::Kind>("kind");
    for (const bool isOffline : {false, true}) {
        const char *where = isOffline ? "without the hub" : "with the hub";
        QTest::addRow("no file, %s", where) << qint64(-1) << isOffline << Error::Kind::NotFound;
        QTest::addRow("no file but a pipe, %s", where) << qint64(-2) << isOffline << Error::Kind::NotFound;
        QTest::addRow("too large, %s", where) << (25ll << 20) + 1 << isOffline << Error::Kind::TooLarge;
    }
}

void TestAttachments::badFilesAreRefused()
{
    QFETCH(const qint64, size);
    QFETCH(const bool, isOffline);
    QFETCH(const Error::Kind, kind);
    Shop shop;
    if (isOffline)
        shop.goOffline();
    QTemporaryDir folder;
    QFile file(folder.filePath("a.bin"));
    if (size == -2)
        QCOMPARE(::mkfifo(file.fileName().toLocal8Bit().constData(), 0600), 0);
    if (size >= 0)
        QVERIFY(file.open(QIODevice::WriteOnly) && file.resize(size));
    const auto attached = waited(shop.desk.workspace->attach(file.fileName()));
    QVERIFY(!attached);
    QCOMPARE(attached.error().kind, kind);
    QVERIFY(shop.hub.uploads.isEmpty());
}

QTEST_GUILESS_MAIN(TestAttachments)
#include "tst_attachments.moc"
