#include "core/hub/edge/frame_queue.h"

#include <algorithm>
#include <iterator>

namespace tributary::edge {

void FrameQueue::pushMessage(std::shared_ptr<const std::string> payload, bool binary)
{
    Item item;
    const std::uint64_t size = payload->size();
    item.header[0] = char(0x80 | (binary ? 2 : 1)); // FIN and opcode
    const int lengthBytes = size < 126 ? 0 : size <= 0xffff ? 2 : 8;
    item.header[1] = char(lengthBytes == 0 ? size : lengthBytes == 2 ? 126 : 127);
    for (int i = 0; i < lengthBytes; ++i)
        item.header[std::size_t(2 + i)] = char(size >> (8 * (lengthBytes - 1 - i)));
    item.headerSize = std::uint8_t(2 + lengthBytes);
    item.payload = std::move(payload);
    m_messageBytes += item.size();
    m_items.push_back(std::move(item));
}

void FrameQueue::pushRaw(std::string bytes, IoDone done)
{
    Item item;
    item.payload = std::make_shared<const std::string>(std::move(bytes));
    item.done = std::move(done);
    m_items.push_back(std::move(item));
}

std::size_t FrameQueue::gather(std::array<boost::asio::const_buffer, kMaxBuffers> &out) const
{
    std::size_t count = 0;
    std::size_t skip = m_written;
    for (std::size_t at = m_front; at < m_items.size() && count + 2 <= kMaxBuffers; ++at) {
        const Item &item = m_items[at];
        const auto add = [&](const char *data, std::size_t size) {
            const std::size_t skipped = std::min(skip, size);
            skip -= skipped;
            if (size > skipped)
                out[count++] = boost::asio::const_buffer(data + skipped, size - skipped);
        };
        add(item.header.data(), item.headerSize);
        add(item.payload->data(), item.payload->size());
    }
    return count;
}

std::vector<IoDone> FrameQueue::consume(std::size_t bytes)
{
    std::vector<IoDone> finished;
    while (m_front < m_items.size()) {
        Item &item = m_items[m_front];
        const std::size_t part = std::min(bytes, item.size() - m_written);
        if (item.headerSize != 0)
            m_messageBytes -= part;
        bytes -= part;
        m_written += part;
        if (m_written < item.size())
            break;
        if (item.done)
            finished.push_back(std::move(item.done));
        item.payload.reset();
        ++m_front;
        m_written = 0;
    }
    if (m_front == m_items.size()) {
        m_items.clear();
        m_front = 0;
        if (m_items.capacity() > 64)
            m_items.shrink_to_fit();
    } else if (m_front > 64 && m_front > m_items.size() / 2) {
        m_items.erase(m_items.begin(), m_items.begin() + std::ptrdiff_t(m_front));
        m_front = 0;
    }
    return finished;
}

std::vector<IoDone> FrameQueue::clear()
{
    std::vector<IoDone> unfinished;
    for (std::size_t at = m_front; at < m_items.size(); ++at) {
        if (m_items[at].done)
            unfinished.push_back(std::move(m_items[at].done));
    }
    m_items = {};
    m_front = 0;
    m_written = 0;
    m_messageBytes = 0;
    return unfinished;
}

} // namespace tributary::edge
