#include "ui/inbox/may_be_opened.h"

#include <QMimeDatabase>
#include <QPromise>
#include <QThreadPool>

#include <algorithm>
#include <array>
#include <memory>

namespace tributary::ui {
namespace {

/// Not SVG, which may hold scripts and is opened by browsers.
bool showsOnly(const QString &type)
{
    static constexpr std::array kKinds{"image/png",  "image/jpeg", "image/gif",       "image/webp", "image/bmp",
                                       "image/tiff", "image/heif", "application/pdf", "text/plain"};
    return std::ranges::any_of(kKinds, [&](const char *kind) { return type == QLatin1String(kind); });
}

} // namespace

QFuture<Result<bool>> mayBeOpened(const QByteArray &beginning, const std::string &mediaType)
{
    const auto promise = std::make_shared<QPromise<Result<bool>>>();
    promise->start();
    const auto finish = [promise](bool may) {
        promise->addResult(Result<bool>(may));
        promise->finish();
    };
    if (showsOnly(QString::fromStdString(mediaType)))
        QThreadPool::globalInstance()->start(
            [beginning, finish] { finish(showsOnly(QMimeDatabase().mimeTypeForData(beginning).name())); });
    else
        finish(false);
    return promise->future();
}

} // namespace tributary::ui
