#include "ui/shell/settings_file.h"

#include <QEvent>

namespace tributary::ui {
namespace {

constexpr int kRestMs = 500;

} // namespace

SettingsFile::SettingsFile(const QString &path, QObject *parent)
    : QSettings(path, QSettings::IniFormat, parent)
{
    m_later.setSingleShot(true);
    m_later.setInterval(kRestMs);
    connect(&m_later, &QTimer::timeout, this, &SettingsFile::write);
    m_writing.setMaxThreadCount(1);
}

SettingsFile::~SettingsFile()
{
    m_writing.waitForDone();
}

bool SettingsFile::event(QEvent *event)
{
    if (event->type() != QEvent::UpdateRequest)
        return QSettings::event(event);
    m_later.start(); // said once, until the base has been told that it is done
    return true;
}

void SettingsFile::write()
{
    m_writing.start([this, path = fileName()] {
        QSettings(path, QSettings::IniFormat).sync(); // all of one file share what is to be written
        QMetaObject::invokeMethod(
            this,
            [this] {
                QEvent done(QEvent::UpdateRequest);
                QSettings::event(&done);
            },
            Qt::QueuedConnection);
    });
}

} // namespace tributary::ui
