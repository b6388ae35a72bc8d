#include "app/desktop/token_notice.h"

#include "core/client/workspace.h"
#include "ui/shell/settings_file.h"
#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"

namespace tributary::app {
namespace {

constexpr const char *kTold = "keyring/told";
constexpr int kShownMs = 30'000; ///< Somebody who has just signed in looks at the inbox first.

} // namespace

TokenNotice::TokenNotice(client::Workspace &workspace, ui::Toasts &toasts, ui::SettingsFile &settings, QObject *parent)
    : QObject(parent)
{
    connect(&workspace, &client::Workspace::tokenKeptInFile, this, [this, &toasts, &settings] {
        if (settings.value(kTold).toBool())
            return;
        settings.setValue(kTold, true);
        toasts.add(
            tr("This device's sign-in is kept in a file that only you can read, because there is no keyring."),
            tr("Open Security"), {}, [this] { emit securityWanted(); }, kShownMs);
    });
    // They are shown once: where the program ended before somebody kept them, nobody has them.
    connect(&workspace, &client::Workspace::statusChanged, this, [this, &workspace, &toasts] {
        const model::AgentId agent = workspace.agent().id;
        if (workspace.status().state != client::Status::State::Live || std::exchange(m_asked, agent) == agent)
            return;
        ui::whenDone(workspace.access().state(), this,
                     [this, &workspace, &toasts, agent](const Result<client::HubAccess::State> &state) {
                         if (state && state->secondFactor && !state->codesKept && workspace.agent().id == agent)
                             toasts.add(
                                 tr("You have not kept the recovery codes of your second factor."), tr("Open Security"), {},
                                 [this] { emit securityWanted(); }, kShownMs);
                     });
    });
    connect(&workspace, &client::Workspace::workLocked, this, [&toasts](std::int64_t count) {
        //: Said when neither the keyring nor the hub has the key that encrypts them any more.
        toasts.add(tr("%n changes on this computer are encrypted with a key that is gone. They are kept, and sent if it "
                      "comes back.",
                      nullptr, int(count)),
                   {}, {}, {}, kShownMs);
    });
}

} // namespace tributary::app
