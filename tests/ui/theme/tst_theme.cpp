#include "ui/theme/avatar.h"
#include "ui/theme/channel_look.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/theme/time_format.h"

#include <QDir>
#include <QFontMetricsF>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPainter>
#include <QTest>
#include <cmath>

using namespace tributary;
using namespace tributary::ui;
using namespace Qt::StringLiterals;

namespace {

/// Relative luminance, WCAG 2.x.
double luminance(const QColor &color)
{
    const auto part = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    return 0.2126 * part(color.redF()) + 0.7152 * part(color.greenF()) + 0.0722 * part(color.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    const double x = luminance(a), y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

TimePoint at(const char *iso)
{
    return fromMs(QDateTime::fromString(QString::fromLatin1(iso), Qt::ISODate).toMSecsSinceEpoch());
}

int inkOf(const QPixmap &pixmap)
{
    const QImage image = pixmap.toImage();
    int ink = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            ink += qAlpha(image.pixel(x, y)) > 40;
    return ink;
}

} // namespace

class TestTheme : public QObject {
    Q_OBJECT
private slots:
    void readsColoursWithAlpha()
    {
        QCOMPARE(colorFromToken("#15191E66"), QColor(0x15, 0x19, 0x1E, 0x66));
        QCOMPARE(colorFromToken("#15191E"), QColor(0x15, 0x19, 0x1E));
        QVERIFY(!colorFromToken("reddish").isValid());
    }

    void boxesAreWhatAPathWouldBe_data()
    {
        QTest::addColumn<qreal>("ratio");
        QTest::addColumn<QColor>("fill");
        QTest::addColumn<QColor>("border");
        QTest::addColumn<qreal>("radius");
        const QColor none, solid(40, 90, 200), faint(200, 30, 60, 90), dark(20, 20, 20);
        for (const qreal ratio : {1.0, 1.25, 2.0}) {
            QTest::addRow("filled at %.2f", ratio) << ratio << solid << none << 10.0;
            QTest::addRow("translucent at %.2f", ratio) << ratio << faint << none << 6.5;
            QTest::addRow("with a border at %.2f", ratio) << ratio << solid << dark << 10.0;
            QTest::addRow("translucent with a border at %.2f", ratio) << ratio << faint << dark << 4.0;
            QTest::addRow("a border alone at %.2f", ratio) << ratio << none << dark << 8.0;
            QTest::addRow("a translucent border at %.2f", ratio) << ratio << solid << faint << 8.0;
            QTest::addRow("without a radius at %.2f", ratio) << ratio << solid << dark << 0.0;
        }
    }
    /// Large boxes are put together out of corners that are kept: nobody can tell.
    void boxesAreWhatAPathWouldBe()
    {
        QFETCH(const qreal, ratio);
        QFETCH(const QColor, fill);
        QFETCH(const QColor, border);
        QFETCH(const qreal, radius);
        QImage blank(int(200 * ratio), int(120 * ratio), QImage::Format_ARGB32_Premultiplied);
        blank.setDevicePixelRatio(ratio);
        blank.fill(QColor(250, 248, 240));
        for (const QRectF &rect : {QRectF(4, 8, 160, 80), QRectF(11.3, 2.2, 33.5, 90), QRectF(8, 8, 12, 12)}) {
            QImage ours = blank, path = blank;
            QPainter painter(&ours);
            painter.translate(8, 4);
            paint::roundRect(painter, rect, radius, fill, border);
            painter.end();
            QPainter plain(&path);
            plain.translate(8, 4);
            plain.setRenderHint(QPainter::Antialiasing);
            const QRectF box = paint::snapped(plain, rect);
            const bool lined = border.isValid();
            const qreal half = lined ? 0.5 : 0;
            plain.setPen(lined ? QPen(border, 1) : QPen(Qt::NoPen));
            plain.setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
            const qreal round = std::max(0.0, std::min({radius, box.width() / 2, box.height() / 2}) - half);
            plain.drawRoundedRect(box.adjusted(half, half, -half, -half), round, round);
            plain.end();
            int worst = 0;
            for (int y = 0; y < ours.height(); ++y) {
                for (int x = 0; x < ours.width(); ++x) {
                    const QColor a = ours.pixelColor(x, y), b = path.pixelColor(x, y);
                    worst = std::max({worst, std::abs(a.red() - b.red()), std::abs(a.green() - b.green()),
                                      std::abs(a.blue() - b.blue())});
                }
            }
            QVERIFY2(worst <= 3, qPrintable(QString::number(worst)));
        }
    }

    /// At 150 % a widget may begin in the middle of a pixel of the screen. Run as well with QT_SCALE_FACTOR of that.
    void boxesOfWidgetsAreTheSameAnywhere()
    {
        class Box : public QWidget {
        public:
            using QWidget::QWidget;
            bool isPath = false;

        protected:
            void paintEvent(QPaintEvent *) override
            {
                QPainter painter(this);
                if (!isPath)
                    return paint::roundRect(painter, rect(), 10, QColor(40, 90, 200));
                painter.setRenderHint(QPainter::Antialiasing);
                painter.setPen(Qt::NoPen);
                painter.setBrush(QColor(40, 90, 200));
                painter.drawRoundedRect(paint::snapped(painter, rect()), 10, 10);
            }
        };
        QWidget window;
        window.resize(120, 80);
        Box box(&window);
        for (int at = 0; at < 4; ++at) {
            box.setGeometry(at, at, 100, 60);
            box.isPath = false;
            const QImage pieces = window.grab().toImage();
            box.isPath = true;
            const QImage path = window.grab().toImage();
            int worst = 0;
            for (int y = 0; y < path.height(); ++y) {
                for (int x = 0; x < path.width(); ++x)
                    worst = std::max(worst, std::abs(pieces.pixelColor(x, y).red() - path.pixelColor(x, y).red()));
            }
            QVERIFY2(worst <= 3, qPrintable(QStringLiteral("%1 at %2").arg(worst).arg(at)));
        }
    }

    void followsItsOptions()
    {
        Theme theme;
        int changes = 0;
        connect(&theme, &Theme::changed, this, [&] { ++changes; });
        theme.setOptions({.appearance = Theme::Appearance::Dark});
        QVERIFY(theme.isDark());
        QCOMPARE(theme.colors().bg.surface, QColor("#1A1F23"));
        theme.setOptions({.appearance = Theme::Appearance::Dark});
        QCOMPARE(changes, 1);
        theme.setOptions({.appearance = Theme::Appearance::Light, .highContrast = true});
        QCOMPARE(theme.colors().text.primary, QColor(Qt::black));
        QCOMPARE(theme.hairline(), 2);
        theme.setOptions({.appearance = Theme::Appearance::Light, .textScale = 150});
        QCOMPARE(theme.px(20), 30);
        QCOMPARE(theme.gutter(48), 60);
        QCOMPARE(theme.font(Type::BodyLarge).pixelSize(), 21);
        QVERIFY(theme.lineHeight(Type::BodyLarge, Script::Arabic) > theme.lineHeight(Type::BodyLarge));
    }

    void textPairsHaveContrast_data()
    {
        QTest::addColumn<int>("look");
        QTest::newRow("light") << 0;
        QTest::newRow("dark") << 1;
        QTest::newRow("light, high contrast") << 2;
        QTest::newRow("dark, high contrast") << 3;
    }
    void textPairsHaveContrast()
    {
        QFETCH(int, look);
        const Tokens tokens = Tokens::load();
        const Colors &c = look == 0   ? tokens.light
                          : look == 1 ? tokens.dark
                          : look == 2 ? tokens.lightHighContrast
                                      : tokens.darkHighContrast;
        const double wanted = look >= 2 ? 7.0 : 4.5;
        const std::vector<std::pair<QColor, QColor>> pairs{{c.text.primary, c.bg.surface},
                                                           {c.text.secondary, c.bg.rail},
                                                           {c.text.tertiary, c.bg.selectedInactive},
                                                           {c.bubble.text, c.bubble.incoming},
                                                           {c.bubble.text, c.bubble.outgoing},
                                                           {c.bubble.meta, c.bubble.outgoing},
                                                           {c.bubble.noteText, c.bubble.note},
                                                           {c.bubble.noteMeta, c.bubble.note},
                                                           {c.accent.onFill, c.accent.fill},
                                                           {c.status.danger.fg, c.status.danger.tint},
                                                           {c.status.warning.fg, c.status.warning.tint},
                                                           {c.text.onTooltip, c.bg.tooltip}};
        for (const auto &[fg, bg] : pairs)
            QVERIFY2(contrast(fg, bg) >= wanted,
                     qPrintable(QString("%1 on %2: %3").arg(fg.name(), bg.name()).arg(contrast(fg, bg))));
    }

    void everyIconDraws()
    {
        const Icons icons;
        const QStringList files = QDir(":/icons").entryList({"*.svg"});
        QVERIFY(files.size() > 60);
        for (const QString &file : files) {
            const QPixmap pixmap = icons.pixmap(file.chopped(4), 16, Qt::black, 2.0);
            QCOMPARE(pixmap.size(), QSize(32, 32));
            QVERIFY2(inkOf(pixmap) > 4, qPrintable(file)); // the pixel count of a blank drawing is 0
        }
        for (const Strand strand :
             {Strand::Chat, Strand::Email, Strand::WhatsApp, Strand::Messenger, Strand::Instagram, Strand::WeChat,
              Strand::Telegram, Strand::Sms, Strand::Phone, Strand::Order, Strand::Note})
            QVERIFY(icons.has(iconOf(strand)));
    }

    void onlyIconsThatPointAreMirrored()
    {
        const Icons icons;
        const auto same = [&](const QString &name) {
            return icons.pixmap(name, 16, Qt::black, 1).toImage()
                   == icons.pixmap(name, 16, Qt::black, 1, Qt::RightToLeft).toImage();
        };
        QVERIFY(!same("chevron-right"));
        QVERIFY(!same("reply"));
        QVERIFY(same("clock"));
        QVERIFY(same("checks"));
        QVERIFY(same("play"));
        QVERIFY(same("channel-phone"));
        QVERIFY(same("logo"));
    }

    void initials_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("initials");
        QTest::newRow("two words") << "Amélie Rousseau"
                                   << "AR";
        QTest::newRow("three words") << "Juan de Marco"
                                     << "JM";
        QTest::newRow("one word") << "priya"
                                  << "P";
        QTest::newRow("Arabic") << "ليلى الحداد"
                                << "ل";
        QTest::newRow("Chinese, then Latin") << "陈思远 Chen Siyuan"
                                             << "陈";
        QTest::newRow("Cyrillic") << "Олена Ковальчук"
                                  << "ОК";
        QTest::newRow("combining mark stays") << QString::fromUtf8("e\u0301lise") << QString::fromUtf8("E\u0301");
        QTest::newRow("signs only") << "(!) -"
                                    << "?";
        QTest::newRow("nothing") << ""
                                 << "?";
        QTest::newRow("bidi controls") << QString(QChar(0x202E)) + "Sara Öberg"
                                       << "SÖ";
    }
    void initials()
    {
        QFETCH(QString, name);
        QTEST(initialsOf(name), "initials");
    }

    void findsDirectionAndScript()
    {
        QCOMPARE(directionOf(u"123 ... مرحبا hello"), Qt::RightToLeft);
        QCOMPARE(directionOf(u"hello مرحبا"), Qt::LeftToRight);
        QCOMPARE(directionOf(u"42", Qt::RightToLeft), Qt::RightToLeft);
        QCOMPARE(directionOf(u"\u2068hello\u2069 مرحبا"), Qt::RightToLeft);
        QCOMPARE(tallestScript(u"ok"), Script::Latin);
        QCOMPARE(tallestScript(u"ok 你好"), Script::Cjk);
        QCOMPARE(tallestScript(u"สวัสดี"), Script::Thai);
        QCOMPARE(likelyLanguage(u"漢字かな"), QString("ja"));
        QCOMPARE(likelyLanguage(u"plain"), QString());
    }

    void times()
    {
        const TimeFormat format(QLocale("en_GB"), QTimeZone("Europe/Lisbon"));
        const TimePoint now = at("2025-11-04T14:04:00Z");
        QCOMPARE(format.relative(at("2025-11-04T14:03:30Z"), now), QString("now"));
        QCOMPARE(format.relative(at("2025-11-04T14:02:00Z"), now), QString("2m"));
        QCOMPARE(format.relative(at("2025-11-04T12:30:00Z"), now), QString("1h"));
        QCOMPARE(format.relative(at("2025-11-03T05:00:00Z"), now), QString("yesterday"));
        QCOMPARE(format.relative(at("2025-10-30T05:00:00Z"), now), QString("Thu"));
        QCOMPARE(format.relative(at("2025-09-12T05:00:00Z"), now), QString("12 Sept"));
        QCOMPARE(format.relative(at("2026-01-01T00:00:00Z"), now), QString("now"));
        QCOMPARE(format.stamp(at("2025-11-03T16:42:00Z"), now), QString("Mon 16:42"));
        QCOMPARE(format.clock(at("2025-11-04T13:52:00Z")), QString("13:52"));
        QCOMPARE(format.dayHeading(QDate(2025, 11, 4), now), QString("Today, Tuesday 4 November"));
        QCOMPARE(format.dayHeading(QDate(2025, 11, 3), now), QString("Yesterday, Monday 3 November"));
        QCOMPARE(format.dayHeading(QDate(2024, 10, 31), now), QString("Thursday 31 October 2024"));
        QCOMPARE(format.duration(std::chrono::seconds(245)), QString("4:05"));
        QCOMPARE(format.duration(std::chrono::seconds(3723)), QString("1:02:03"));
        QCOMPARE(format.remaining(std::chrono::minutes(65)), QString("1h 05m"));
        QCOMPARE(format.remaining(std::chrono::seconds(425)), QString("7:05"));
        QCOMPARE(format.remaining(-std::chrono::seconds(66)), QString::fromUtf8("\u22121:06"));
    }

    void digitsStandInEqualCells()
    {
        const Theme theme;
        const QFont &font = theme.font(Type::Meta);
        QCOMPARE(paint::digitsWidth(font, "11:11"), paint::digitsWidth(font, "08:40"));
    }

    void textIsCutWhereItDoesNotFit_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("fits");
        QTest::newRow("short") << u"Hello"_s << true;
        QTest::newRow("a little too long") << u"Hello, where is my order? I have been waiting"_s << false;
        QTest::newRow("very long") << u"Hello, where is my order? "_s.repeated(30) << false;
        QTest::newRow("narrow letters") << QString(62, u'i') << true;
        QTest::newRow("narrow ones, then wide ones") << QString(62, u'i') + u" where is my order?"_s.repeated(5) << false;
        QTest::newRow("marks have no width")
            << u"a\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b"_s.repeated(9) << true;
        QTest::newRow("Chinese") << u"退款快递地址"_s.repeated(20) << false;
        QTest::newRow("Arabic") << u"الطلب مكسور متى الشحن "_s.repeated(20) << false;
        QTest::newRow("pairs") << u"\U0001F600"_s.repeated(200) << false;
    }

    /// Always at the same letter, in whatever way it is found.
    void textIsCutWhereItDoesNotFit()
    {
        QFETCH(const QString, text);
        QFETCH(const bool, fits);
        const Theme theme;
        const QFont &font = theme.font(Type::Body);
        constexpr qreal kRoom = 200;
        QCOMPARE(paint::textWidth(font, text) <= kRoom, fits);
        const QString shown = QFontMetricsF(font).elidedText(text, Qt::ElideRight, fits ? 1e6 : kRoom);
        QCOMPARE(shown == text, fits);
        const auto painted = [&](const QString &what, qreal room) {
            QImage image(220, 30, QImage::Format_ARGB32_Premultiplied);
            image.fill(Qt::white);
            QPainter painter(&image);
            paint::text(painter, QRectF(5, 5, room, 20), font, Qt::black, what);
            return image;
        };
        const QImage cut = painted(text, kRoom);
        // What Qt leaves of it, where there is room for all of that.
        const bool rightToLeft = directionOf(text) == Qt::RightToLeft;
        QCOMPARE(cut, painted(shown, rightToLeft ? kRoom : 210));
        QCOMPARE(painted(text, kRoom), cut); // also the second time
    }

    void paintersAreLeftAsTheyWere()
    {
        const Theme theme;
        QImage image(200, 100, QImage::Format_ARGB32_Premultiplied);
        image.setDevicePixelRatio(1.5);
        QPainter painter(&image);
        const QPen pen(Qt::red, 3);
        painter.setPen(pen);
        const auto hints = painter.renderHints();
        paint::avatar(painter, theme, {4, 4, 32, 32}, "Layla", RawId{});
        paint::pill(painter, theme, {40, 4, 60, 16}, {.text = "18m", .fg = Qt::black, .bg = Qt::yellow, .ring = 0.3});
        paint::countBadge(painter, theme, {4, 40, 30, 16}, 12345);
        paint::shadow(painter, theme, {10, 10, 60, 40}, 8, 3);
        paint::text(painter, {0, 0, 40, 20}, theme.font(Type::Body), Qt::black, QString(100000, u'x'));
        QCOMPARE(painter.pen(), pen);
        QCOMPARE(painter.renderHints(), hints);
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
