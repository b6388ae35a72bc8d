#pragma once

#include "core/client/workspace.h"
#include "tests/ui/inbox/made_profile.h"
#include "ui/admin/admin_page.h"
#include "ui/shell/settings_file.h"
#include "ui/shell/shell_window.h"

#include <QObject>
#include <QTemporaryDir>

#include <memory>

namespace tributary::testing {

/// A test class of which each function finds the Admin section open in a window, over a real workspace whose hub is away:
/// its first page is shown, and the table there has the keys.
class OpenAdmin : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();

protected:
    std::unique_ptr<QTemporaryDir> m_folder;
    MadeProfile m_made;
    const model::Team m_team{.id = *model::TeamId::fromText("0190a0b0-0000-7000-8000-000000000001"), .name = "Care"};
    const std::vector<model::FieldDefinition> m_fields{
        {.id = model::FieldDefinitionId(RawId{std::byte(1)}), .key = "courier", .name = "Courier"},
        {.id = model::FieldDefinitionId(RawId{std::byte(2)}), .key = "parcel", .name = "Parcel"},
        {.id = model::FieldDefinitionId(RawId{std::byte(3)}),
         .subject = model::FieldDefinition::Subject::Company,
         .key = "terms",
         .name = "Terms"}};
    const std::vector<model::CustomStatus> m_statuses{
        {.id = model::CustomStatusId(RawId{std::byte(4)}), .name = "With the courier"},
        {.id = model::CustomStatusId(RawId{std::byte(5)}), .name = "Being mended"}};
    std::unique_ptr<ui::Theme> m_theme;
    std::unique_ptr<ui::SettingsFile> m_settings;
    std::unique_ptr<client::Workspace> m_workspace;
    std::unique_ptr<ui::ShellWindow> m_window;
    ui::SetupDesk *m_desk = nullptr;
    ui::AdminPage *m_page = nullptr;
};

} // namespace tributary::testing
