#include "tests/bench/report.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace tributary::bench {
namespace {

std::string text(double value)
{
    char buffer[64];
    if (std::abs(value) >= 10'000)
        return grouped(std::llround(value));
    std::snprintf(buffer, sizeof buffer, std::abs(value) >= 100 ? "%.0f" : std::abs(value) >= 10 ? "%.1f" : "%.3g", value);
    return buffer;
}

std::string text(const Budget &budget)
{
    return (budget.atLeast ? ">= " : "<= ") + text(budget.limit) + (budget.of == Budget::Of::Ratio ? " x" : "");
}

} // namespace

std::optional<double> Figure::ratio() const
{
    return baseline && *baseline != 0 ? std::optional(value / *baseline) : std::nullopt;
}

std::optional<bool> Figure::ok() const
{
    if (!budget || (budget->of == Budget::Of::Ratio && !ratio()))
        return std::nullopt;
    const double measured = budget->of == Budget::Of::Ratio ? *ratio() : value;
    return budget->atLeast ? measured >= budget->limit : measured <= budget->limit;
}

std::vector<Figure> medians(const std::vector<std::vector<Figure>> &runs)
{
    std::vector<Figure> all;
    for (const std::vector<Figure> &run : runs) {
        for (const Figure &figure : run) {
            if (std::ranges::find(all, figure.name, &Figure::name) == all.end())
                all.push_back(figure);
        }
    }
    for (Figure &figure : all) {
        std::vector<double> values, baselines;
        for (const std::vector<Figure> &run : runs) {
            const auto found = std::ranges::find(run, figure.name, &Figure::name);
            if (found == run.end())
                continue;
            values.push_back(found->value);
            if (found->baseline)
                baselines.push_back(*found->baseline);
        }
        figure.runs = int(values.size());
        figure.least = std::ranges::min(values);
        figure.most = std::ranges::max(values);
        figure.value = median(values);
        if (!baselines.empty())
            figure.baseline = median(baselines);
    }
    return all;
}

void Report::add(Figure figure)
{
    if (m_figures.empty())
        std::printf("%-54s %12s %-9s %12s %8s %10s %-3s %4s\n", "name", "figure", "", "baseline", "ratio", "budget", "ok",
                    "runs");
    const auto ok = figure.ok();
    const auto ratio = figure.ratio();
    std::printf("%-54s %12s %-9s %12s %8s %10s %-3s %4d\n", figure.name.c_str(), text(figure.value).c_str(),
                figure.unit.c_str(), figure.baseline ? text(*figure.baseline).c_str() : "",
                ratio ? text(*ratio).c_str() : "", figure.budget ? text(*figure.budget).c_str() : "",
                ok ? (*ok ? "yes" : "NO") : "", figure.runs);
    std::fflush(stdout);
    m_figures.push_back(std::move(figure));
}

void Report::note(const std::string &words)
{
    std::printf("  %s\n", words.c_str());
    std::fflush(stdout);
}

bool Report::writeJson(const std::string &path) const
{
    QJsonArray all;
    for (const Figure &figure : m_figures) {
        QJsonObject one{{"name", QString::fromStdString(figure.name)},
                        {"figure", figure.value},
                        {"unit", QString::fromStdString(figure.unit)},
                        {"runs", figure.runs}};
        if (figure.runs > 1) {
            one["least"] = figure.least;
            one["most"] = figure.most;
        }
        if (figure.baseline) {
            one["baseline"] = *figure.baseline;
            one["baseline_name"] = QString::fromStdString(figure.baselineName);
        }
        if (const auto ratio = figure.ratio())
            one["ratio"] = *ratio;
        if (figure.budget)
            one["budget"] = QString::fromStdString(text(*figure.budget));
        if (const auto ok = figure.ok())
            one["ok"] = *ok;
        all.append(one);
    }
    QFile file(QString::fromStdString(path));
    return file.open(QIODevice::WriteOnly) && file.write(QJsonDocument(all).toJson()) > 0;
}

double quantile(std::vector<double> &values, double part)
{
    if (values.empty())
        return 0;
    std::ranges::sort(values);
    return values[std::min(values.size() - 1, std::size_t(part * double(values.size())))];
}

double median(std::vector<double> values)
{
    if (values.empty())
        return 0;
    const double upper = quantile(values, 0.5);
    return values.size() % 2 == 1 ? upper : (values[values.size() / 2 - 1] + upper) / 2;
}

std::string grouped(std::int64_t number)
{
    std::string digits = std::to_string(number < 0 ? -number : number);
    for (int at = int(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(std::size_t(at), ",");
    return (number < 0 ? "-" : "") + digits;
}

std::string shortened(std::int64_t number)
{
    if (number >= 1'000'000 && number % 1'000'000 == 0)
        return std::to_string(number / 1'000'000) + "M";
    return number >= 1'000 ? std::to_string(number / 1'000) + "k" : std::to_string(number);
}

} // namespace tributary::bench
