#include "core/hub/slices.h"

namespace tributary::hub {
namespace {

constexpr std::chrono::seconds kLater{30};

} // namespace

Slices::Slices(HubStore &store, Loop &loop, Milliseconds pause, Slice slice)
    : m_store(store)
    , m_loop(loop)
    , m_pause(pause)
    , m_slice(std::move(slice))
    , m_timer(loop)
{
}

void Slices::run()
{
    if (m_atWork) {
        m_again = true;
        return;
    }
    m_atWork = true;
    m_again = false;
    m_store.writer().write([&store = m_store, slice = m_slice](
                               store::Database &database) { return slice(database, store.ids(), store.clock().now()); },
                           m_loop.executor(),
                           [this](const Result<bool> &more) {
                               m_atWork = false;
                               if (m_stopped)
                                   return;
                               if (!more) // the store takes no writes now, which is told elsewhere
                                   m_timer.start(kLater, [this] { run(); });
                               else if (*more || m_again)
                                   m_timer.start(m_pause, [this] { run(); });
                           });
}

void Slices::stop()
{
    m_stopped = true;
    m_timer.cancel();
}

} // namespace tributary::hub
