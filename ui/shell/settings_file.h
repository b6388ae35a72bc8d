#pragma once

#include <QThreadPool>
#include <QTimer>
#include <QVariant>

namespace tributary::ui {

/// What the window remembers, in an INI file. It is read once; what is set is given back at once, and the file is written
/// anew a moment after the last change, beside the window's thread, and when this ends. Nobody waits for the disk between
/// the key and what is painted for it.
class SettingsFile : public QObject {
    Q_OBJECT
public:
    explicit SettingsFile(const QString &path, QObject *parent = nullptr);
    ~SettingsFile() override;

    QVariant value(const QString &key, const QVariant &otherwise = {}) const { return m_values.value(key, otherwise); }
    void setValue(const QString &key, const QVariant &value);

private:
    void write();
    void written(bool isDone);

    QString m_path;
    QVariantMap m_values;
    bool m_isChanged = false; ///< Since it was last written, or begun to be.
    bool m_isWriting = false;
    QTimer m_later;
    QThreadPool m_writing;
};

} // namespace tributary::ui
