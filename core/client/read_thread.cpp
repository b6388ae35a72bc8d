#include "core/client/read_thread.h"

namespace tributary::client {

Result<void> ReadThread::open()
{
    if (m_database)
        return {};
    m_opened = m_which(); // before: a file that is put in its place meanwhile is not the one that is damaged
    TRIBUTARY_TRY_ASSIGN(auto database, store::Database::open(m_path.string(), {.mode = store::Database::Mode::ReadOnly}));
    const std::scoped_lock lock(m_mutex);
    m_database = std::move(database);
    return {};
}

void ReadThread::broken()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_database.reset();
    }
    m_damaged(m_opened);
}

std::uint64_t ReadThread::beginKind(int kind)
{
    const std::scoped_lock lock(m_mutex);
    if (m_running == kind && m_database)
        m_database->interrupt();
    return ++m_newest[kind];
}

bool ReadThread::enterKind(int kind, std::uint64_t turn)
{
    const std::scoped_lock lock(m_mutex);
    if (m_newest[kind] != turn)
        return false;
    m_running = kind;
    return true;
}

bool ReadThread::leaveKind(int kind, std::uint64_t turn)
{
    const std::scoped_lock lock(m_mutex);
    m_running.reset();
    return m_newest[kind] == turn;
}

void ReadThread::close()
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_running && m_database)
            m_database->interrupt();
    }
    m_thread.close();
    m_database.reset();
}

} // namespace tributary::client
