#include "tests/ui/admin/setup_desk_test.h"

#include "core/wire/features.h"
#include "tests/client/waited.h"

namespace tributary::ui {

using client::testing::waited;

void SetupDeskTest::init()
{
    m_hub = std::make_unique<MiniHub>();
    m_hub->features = wire::ownFeatures();
    m_hub->agent = {
        .id = idOf<model::AgentId>(3), .email = "ana@teapots.example", .name = "Ana", .role = model::Agent::Role::Admin};
    m_hub->put(m_hub->agent);
    m_hub->put(kHelp);
    m_hub->judge = [](const model::Command &command) { return model::Outcome{.n = command.n, .command = command.id}; };
    m_folder = std::make_unique<QTemporaryDir>();
    m_workspace = std::make_unique<client::Workspace>();
    QVERIFY(waited(m_workspace->open(m_folder->path())));
    QVERIFY(waited(m_workspace->signIn(m_hub->url(), "ana@teapots.example", m_hub->password)));
    QTRY_VERIFY_WITH_TIMEOUT(m_workspace->status().state == client::Status::State::Live, 20'000);
    m_desk = std::make_unique<SetupDesk>(*m_workspace);
    m_desk->start();
    QTRY_VERIFY(m_desk->isRead());
    QVERIFY(permissions() == std::vector<std::string>{"reply"});
}

void SetupDeskTest::cleanup()
{
    m_desk.reset();
    m_workspace.reset();
    m_hub.reset();
    m_folder.reset();
}

std::vector<std::string> SetupDeskTest::permissions() const
{
    const auto role = std::ranges::find(m_desk->shown().roles, kHelp.id, &model::Role::id);
    return role == m_desk->shown().roles.end() ? std::vector<std::string>{"no role"} : role->permissions;
}

model::SaveRole SetupDeskTest::with(std::vector<std::string> permissions)
{
    model::SaveRole save{kHelp};
    save.role.permissions = std::move(permissions);
    return save;
}

} // namespace tributary::ui
