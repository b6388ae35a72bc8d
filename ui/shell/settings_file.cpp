#include "ui/shell/settings_file.h"

#include <QCoreApplication>
#include <QFile>
#include <QSettings>

#include <cstdio>

namespace tributary::ui {
namespace {

constexpr int kRestMs = 500;

/// All of the file, or nothing of it.
bool replaceFile(const QString &path, const QVariantMap &values)
{
    const QString next = path + ".new";
    QFile::remove(next);
    {
        QSettings file(next, QSettings::IniFormat);
        for (const auto &[key, value] : values.asKeyValueRange())
            file.setValue(key, value);
        file.sync();
        if (file.status() != QSettings::NoError)
            return false;
    }
    return std::rename(QFile::encodeName(next).constData(), QFile::encodeName(path).constData()) == 0;
}

} // namespace

SettingsFile::SettingsFile(const QString &path, QObject *parent)
    : QObject(parent)
    , m_path(path)
{
    const QSettings file(path, QSettings::IniFormat);
    for (const QString &key : file.allKeys())
        m_values[key] = file.value(key);
    m_later.setSingleShot(true);
    m_later.setInterval(kRestMs);
    connect(&m_later, &QTimer::timeout, this, &SettingsFile::write);
    m_writing.setMaxThreadCount(1);
}

SettingsFile::~SettingsFile()
{
    m_writing.waitForDone();
    QCoreApplication::removePostedEvents(this); // of what was written only now
    if (m_isChanged || m_isWriting)
        replaceFile(m_path, m_values);
}

void SettingsFile::setValue(const QString &key, const QVariant &value)
{
    if (const auto at = m_values.constFind(key); at != m_values.constEnd() && *at == value)
        return;
    m_values[key] = value;
    m_isChanged = true;
    m_later.start();
}

void SettingsFile::write()
{
    if (m_isWriting)
        return; // written() comes back to it
    m_isWriting = true;
    m_isChanged = false;
    m_writing.start([this, path = m_path, values = m_values] {
        const bool isDone = replaceFile(path, values);
        QMetaObject::invokeMethod(
            this, [this, isDone] { written(isDone); }, Qt::QueuedConnection);
    });
}

/// What could not be written is tried again with the next change, and at the end.
void SettingsFile::written(bool isDone)
{
    m_isWriting = false;
    if (m_isChanged)
        m_later.start();
    m_isChanged |= !isDone;
}

} // namespace tributary::ui
