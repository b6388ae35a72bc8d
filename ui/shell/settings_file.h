#pragma once

#include <QSettings>
#include <QThreadPool>
#include <QTimer>

namespace tributary::ui {

/// QSettings in a file of its own, which is written a moment after the last change and beside the window's thread: QSettings
/// by itself writes, and waits for the disk, between the key and what is painted for it. What has been set is given back at
/// once, and is written when this ends.
class SettingsFile : public QSettings {
    Q_OBJECT
public:
    explicit SettingsFile(const QString &path, QObject *parent = nullptr);
    ~SettingsFile() override;

protected:
    bool event(QEvent *event) override;

private:
    void write();

    QTimer m_later;
    QThreadPool m_writing;
};

} // namespace tributary::ui
