#pragma once

#include "ui/settings/settings_page.h"

namespace tributary::client {
class Workspace;
}

namespace tributary::ui {

class ActionRegistry;
class SettingsFile;

/// How the program looks on this computer; kept beside the window's place.
SettingsPage *appearancePage(Theme &theme, SettingsFile &settings);
/// How much of the past stays on this computer; kept in the profile.
SettingsPage *storagePage(const Theme &theme, client::Workspace &workspace);
/// What colleagues see of what is being written; kept in the profile.
SettingsPage *writingPage(const Theme &theme, client::Workspace &workspace);
/// What pops up when it happens; kept in the profile.
/// What happens in the inbox by itself; kept in the profile.
SettingsPage *inboxPage(const Theme &theme, client::Workspace &workspace);
SettingsPage *newsPage(const Theme &theme, client::Workspace &workspace);
/// Whether single keys do something.
SettingsPage *keysPage(const Theme &theme, ActionRegistry &actions, SettingsFile &settings);

/// What appearancePage() has kept, for the start of the program.
Theme::Options keptAppearance(const SettingsFile &settings);
/// What keysPage() has kept.
bool keptSingleKeys(const SettingsFile &settings);

} // namespace tributary::ui
