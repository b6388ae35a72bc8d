#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tributary::bench {

/// What the design promises of a figure (DESIGN 11).
struct Budget {
    enum class Of { Value, Ratio };
    double limit = 0;
    Of of = Of::Value;
    bool atLeast = false; ///< Otherwise at most.
};
inline Budget atMost(double limit)
{
    return {limit, Budget::Of::Value, false};
}
inline Budget atMostTimes(double limit)
{
    return {limit, Budget::Of::Ratio, false};
}
inline Budget atLeastTimes(double limit)
{
    return {limit, Budget::Of::Ratio, true};
}

struct Figure {
    std::string name;
    double value = 0;
    std::string unit;
    std::optional<double> baseline; ///< The floor measured in the same run, in the same unit.
    std::string baselineName;
    std::optional<Budget> budget;
    int runs = 1;               ///< Value and baseline are the medians of so many runs ...
    double least = 0, most = 0; ///< ... which had values from this to that; nothing is said here of a single one.

    std::optional<double> ratio() const;
    /// Nothing: no budget.
    std::optional<bool> ok() const;
};

/// What several runs of the same have said, in the order of the first: of each name one figure with the medians of value and
/// baseline. A run that lacks a figure does not count for it.
std::vector<Figure> medians(const std::vector<std::vector<Figure>> &runs);

/// Figures as they come: each is printed at once, so that a run that is ended early has said what it knew.
class Report {
public:
    void add(Figure figure);
    void note(const std::string &text); ///< What does not fit into a figure.
    const std::vector<Figure> &figures() const { return m_figures; }
    /// False: it could not be written.
    bool writeJson(const std::string &path) const;

private:
    std::vector<Figure> m_figures;
};

/// The value below which that part of them lies, 0 to 1; sorts them.
double quantile(std::vector<double> &values, double part);
/// Of two in the middle their mean; 0 of none.
double median(std::vector<double> values);
/// "1,000,000"
std::string grouped(std::int64_t number);
/// "10k", "1M"
std::string shortened(std::int64_t number);

} // namespace tributary::bench
