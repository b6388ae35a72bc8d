#pragma once

#include "core/model/ids.h"

#include <QObject>

namespace tributary::client {
class Workspace;
}
namespace tributary::ui {
class SettingsFile;
class Toasts;
} // namespace tributary::ui

namespace tributary::app {

/// Tells somebody, once a profile, that their sign-in is in a file for want of a keyring; that a key is gone; and, once a
/// start, that they have no recovery codes.
class TokenNotice : public QObject {
    Q_OBJECT
public:
    TokenNotice(client::Workspace &workspace, ui::Toasts &toasts, ui::SettingsFile &settings, QObject *parent);

signals:
    /// Where it stands what that means, and how to sign this device out.
    void securityWanted();

private:
    model::AgentId m_asked; ///< Of whom the hub was asked whether they have kept theirs.
};

} // namespace tributary::app
