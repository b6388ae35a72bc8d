#pragma once

#include "core/client/hub_trust.h"

#include <QNetworkAccessManager>
#include <QObject>
#include <QUrl>

#include <optional>

class QNetworkReply;

namespace tributary::ui {

/// Looks whether a hub answers at an address while it is being typed, and says which part failed otherwise.
class HubCheck : public QObject {
    Q_OBJECT
public:
    /// A certificate that somebody has to compare before the hub is believed.
    struct Unknown {
        client::CertificateProblem problem;
        bool systemTrusts = false; ///< Only the pin says no: whoever takes it needs no pin any more.
    };

    explicit HubCheck(QObject *parent = nullptr);
    /// @p pin: the only certificate to believe; empty: any that the system trusts. Without a @p hub nothing is asked, and
    /// what was asked before is not answered any more.
    void check(const QUrl &hub, const std::string &pin);
    /// Of the newest address, once it has been looked at.
    const std::optional<Unknown> &unknown() const { return m_unknown; }

signals:
    /// About the newest address asked for alone. With a certificate to compare, unknown() has it.
    void checked(const QString &words, bool good);

private:
    void ask(const QUrl &hub);
    void answered(const QUrl &hub, QNetworkReply *reply, const std::optional<client::CertificateProblem> &problem);

    client::HubTrust m_trust{this};
    QNetworkAccessManager m_network;
    std::optional<Unknown> m_unknown;
    std::uint64_t m_question = 0;
};

} // namespace tributary::ui
