#include "tests/ui/gallery/samples.h"
#include "ui/timeline/timeline_view.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QScrollBar>
#include <QTextStream>
#include <QWheelEvent>
#include <algorithm>

/// timeline_gallery DIR: writes the sample timelines to PNGs; timeline_gallery --measure: how long frames take with 50,000
/// items.
using namespace tributary;
using namespace tributary::ui;

namespace {

void answerImages(TimelineView &view)
{
    QObject::connect(&view, &TimelineView::imageRequested, &view, [&view](const model::AttachmentId &id, QSize size) {
        view.setImage(id, samples::cup(std::to_integer<int>(id.bytes[15]), size.boundedTo({2000, 2000})));
    });
}

void settle()
{
    for (int i = 0; i < 5; ++i)
        QCoreApplication::processEvents();
}

using Fill = void (*)(TimelineModel &);

void shoot(const QDir &folder, const QString &name, Theme &theme, Fill fill, QSize size, Qt::LayoutDirection direction,
           const std::function<void(TimelineView &)> &before = {})
{
    ManualClock clock(samples::now());
    TimelineModel model;
    const QLocale locale = direction == Qt::RightToLeft ? QLocale("ar_AE") : QLocale("en_GB");
    TimelineView view(theme, model, clock, TimeFormat(locale, QTimeZone::utc()));
    view.setLayoutDirection(direction);
    view.setReplyStrand(Strand::WhatsApp);
    answerImages(view);
    view.resize(size);
    view.show();
    fill(model);
    if (before)
        before(view);
    settle();
    view.grab().save(folder.filePath(name + ".png"));
}

struct Times {
    std::vector<double> all;
    void report(QTextStream &out, const char *what)
    {
        std::ranges::sort(all);
        out << what << ": p50 " << all[all.size() / 2] << " ms, p95 " << all[all.size() * 95 / 100] << " ms, p99 "
            << all[all.size() * 99 / 100] << " ms, most " << all.back() << " ms (" << all.size() << ")\n";
    }
};

int measure(Theme &theme)
{
    QTextStream out(stdout);
    ManualClock clock(samples::now());
    TimelineModel model;
    TimelineView view(theme, model, clock, TimeFormat(QLocale("en_GB"), QTimeZone::utc()));
    view.resize(760, 700);
    view.show();
    settle();
    QElapsedTimer timer;
    const auto ms = [&timer] { return double(timer.nsecsElapsed()) / 1e6; };
    for (const int count : {60, 1000, 50'000}) {
        Times opens;
        for (int i = 0; i < (count > 10'000 ? 3 : 15); ++i) {
            model.reset(QStringLiteral("Many"), {});
            TimelineModel source;
            samples::fillMany(source, count);
            std::vector<model::TimelineItem> items(source.items().begin(), source.items().end());
            timer.start();
            model.apply(std::move(items));
            view.viewport()->repaint();
            opens.all.push_back(ms());
        }
        opens.report(out, qPrintable(QString("open %1 items to painted").arg(count)));
    }
    Times wheel;
    for (int i = 0; i < 3000; ++i) {
        const QPointF at(300, 300);
        QWheelEvent event(at, view.mapToGlobal(at), {}, QPoint(0, i % 700 < 500 ? 120 : -120), Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        timer.start();
        QCoreApplication::sendEvent(view.viewport(), &event);
        view.viewport()->repaint();
        wheel.all.push_back(ms());
    }
    wheel.report(out, "wheel frame in 50,000 items");
    Times jump;
    for (int i = 0; i < 300; ++i) {
        timer.start();
        view.verticalScrollBar()->setValue(int(qint64(view.verticalScrollBar()->maximum()) * (i * 37 % 300) / 300));
        view.viewport()->repaint();
        jump.all.push_back(ms());
    }
    jump.report(out, "scroll bar jump");
    view.goToEnd();
    Times arrival;
    for (int i = 0; i < 60; ++i) {
        model::TimelineItem item = model.items().back();
        item.id = samples::id<model::TimelineItemId>(100'000 + i);
        item.at += std::chrono::seconds(20);
        timer.start();
        model.apply({item});
        view.viewport()->repaint();
        arrival.all.push_back(ms());
    }
    arrival.report(out, "arrival with 50,000 items to painted");
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    Theme theme;
    theme.setOptions({.appearance = Theme::Appearance::Light});
    theme.install(app);
    const QStringList arguments = app.arguments();
    if (arguments.size() != 2) {
        QTextStream(stderr) << "usage: timeline_gallery DIR | --measure\n";
        return 2;
    }
    if (arguments[1] == QLatin1String("--measure"))
        return measure(theme);
    QDir folder(arguments[1]);
    if (!folder.mkpath("."))
        return 1;
    const QSize pane(592, 600), wide(1000, 760);
    shoot(folder, "layla-light", theme, samples::fillLayla, pane, Qt::LeftToRight);
    shoot(folder, "amelie-light", theme, samples::fillAmelie, wide, Qt::LeftToRight, [](TimelineView &view) {
        view.setFind("remboursement");
        view.findPrevious();
    });
    shoot(folder, "variety-light", theme, samples::fillVariety, {760, 1500}, Qt::LeftToRight);
    shoot(folder, "layla-rtl", theme, samples::fillLayla, pane, Qt::RightToLeft);
    theme.setOptions({.appearance = Theme::Appearance::Dark});
    shoot(folder, "chen-dark", theme, samples::fillChen, {592, 680}, Qt::LeftToRight);
    shoot(folder, "variety-dark-rtl", theme, samples::fillVariety, {760, 1500}, Qt::RightToLeft);
    theme.setOptions({.appearance = Theme::Appearance::Light, .highContrast = true});
    shoot(folder, "layla-high-contrast", theme, samples::fillLayla, pane, Qt::LeftToRight);
    theme.setOptions({.appearance = Theme::Appearance::Light, .textScale = 150});
    shoot(folder, "amelie-150", theme, samples::fillAmelie, {760, 900}, Qt::LeftToRight);
    return 0;
}
