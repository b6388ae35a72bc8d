#pragma once

#include <QNetworkAccessManager>
#include <QObject>
#include <QUrl>

namespace tributary::ui {

/// Looks whether a hub answers at an address while it is being typed, and says which part failed otherwise.
class HubCheck : public QObject {
    Q_OBJECT
public:
    explicit HubCheck(QObject *parent = nullptr);
    void check(const QUrl &hub);

signals:
    /// About the newest address asked for alone.
    void checked(const QString &words, bool good);

private:
    QNetworkAccessManager m_network;
    std::uint64_t m_question = 0;
};

} // namespace tributary::ui
