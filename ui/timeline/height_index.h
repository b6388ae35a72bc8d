#pragma once

#include <cstddef>
#include <vector>

namespace tributary::ui {

/// Heights of rows with sums in O(log n): a Fenwick tree (P. Fenwick, 1994). Pixels.
class HeightIndex {
public:
    void assign(std::vector<int> heights);
    /// @p heights in the place of the first @p instead ones.
    void replaceFirst(std::size_t instead, const std::vector<int> &heights);
    std::size_t size() const { return m_heights.size(); }
    int height(std::size_t row) const { return m_heights[row]; }
    void setHeight(std::size_t row, int height);
    /// Where @p row begins; the sum of all for row == size().
    int top(std::size_t row) const;
    int total() const { return m_total; }
    /// The row at @p y; the first or last one for a y outside. Meaningless when empty.
    std::size_t rowAt(int y) const;

private:
    std::vector<int> m_heights;
    std::vector<int> m_tree; ///< 1-based: m_tree[i] sums the i & -i rows that end with i.
    int m_total = 0;
};

} // namespace tributary::ui
