#include "core/store/reader.h"

namespace tributary::store {

Reader::Reader(std::unique_ptr<Database> database)
    : m_database(std::move(database))
{
    m_thread = std::thread([this] { loop(); });
}

Reader::~Reader()
{
    close();
}

void Reader::post(std::function<void(Database *)> job)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_closing) {
            m_jobs.push_back(std::move(job));
            m_wake.notify_one();
            return;
        }
    }
    job(nullptr);
}

void Reader::close()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_closing = true;
        m_wake.notify_one();
    }
    if (m_thread.joinable())
        m_thread.join();
}

void Reader::loop()
{
    for (;;) {
        std::function<void(Database *)> job;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_closing || !m_jobs.empty(); });
            if (m_jobs.empty())
                return;
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
        }
        job(m_database.get());
    }
}

} // namespace tributary::store
