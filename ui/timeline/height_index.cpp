#include "ui/timeline/height_index.h"

#include <bit>

namespace tributary::ui {

void HeightIndex::assign(std::vector<int> heights)
{
    m_heights = std::move(heights);
    m_tree.assign(m_heights.size() + 1, 0);
    m_total = 0;
    for (std::size_t i = 1; i < m_tree.size(); ++i) {
        m_tree[i] += m_heights[i - 1];
        m_total += m_heights[i - 1];
        const std::size_t parent = i + (i & -i);
        if (parent < m_tree.size())
            m_tree[parent] += m_tree[i];
    }
}

void HeightIndex::replaceFirst(std::size_t instead, const std::vector<int> &heights)
{
    std::vector<int> all = std::move(m_heights);
    all.erase(all.begin(), all.begin() + std::ptrdiff_t(instead));
    all.insert(all.begin(), heights.begin(), heights.end());
    assign(std::move(all));
}

void HeightIndex::setHeight(std::size_t row, int height)
{
    const int change = height - m_heights[row];
    if (change == 0)
        return;
    m_heights[row] = height;
    m_total += change;
    for (std::size_t i = row + 1; i < m_tree.size(); i += i & -i)
        m_tree[i] += change;
}

int HeightIndex::top(std::size_t row) const
{
    int sum = 0;
    for (std::size_t i = row; i > 0; i -= i & -i)
        sum += m_tree[i];
    return sum;
}

std::size_t HeightIndex::rowAt(int y) const
{
    if (m_heights.empty() || y < 0)
        return 0;
    std::size_t row = 0;
    for (std::size_t step = std::bit_floor(m_heights.size()); step > 0; step >>= 1) {
        if (row + step < m_tree.size() && m_tree[row + step] <= y) {
            row += step;
            y -= m_tree[row];
        }
    }
    return std::min(row, m_heights.size() - 1);
}

} // namespace tributary::ui
