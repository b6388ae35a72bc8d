#pragma once

#include <QObject>
#include <QPair>
#include <QString>

namespace tributary::ui {

/// What the system shows beside other programs' windows.
struct PopUp {
    QString key; ///< Another one of the same key takes its place.
    QString title, text;
    QList<QPair<QString, QString>> actions; ///< Id and words; shown where the system has buttons for them.
};

/// The system's notifications.
class PopUps : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void show(const PopUp &popUp) = 0;
    virtual void withdraw(const QString &key) = 0;

signals:
    /// Clicked; @p action is empty for the pop-up itself.
    void activated(const QString &key, const QString &action);
    void closed(const QString &key);
};

} // namespace tributary::ui
