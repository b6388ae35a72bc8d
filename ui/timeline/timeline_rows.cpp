#include "ui/timeline/timeline_rows.h"

#include <limits>

namespace tributary::ui {
namespace {

using Item = model::TimelineItem;
using Kind = Item::Kind;
using namespace std::chrono_literals;

constexpr auto kFollowUp = 3min; ///< A message this soon after the last needs no name of its own.
constexpr auto kSilence = 60min; ///< After this long it is named again, though the channel is the same.
constexpr std::size_t kFoldEvents = 3;

/// Knows when the day ends, so that most items cost a comparison and not a conversion.
class Days {
public:
    explicit Days(const TimeFormat &format)
        : m_format(format)
    {
    }
    /// True if @p at is on another day than the last one asked for.
    bool isNewDay(TimePoint at)
    {
        if (isSameDay(at))
            return false;
        const QDate day = m_format.dateOf(at);
        m_begin = fromMs(m_format.startOfDay(day));
        m_end = fromMs(m_format.startOfDay(day.addDays(1)));
        return true;
    }
    bool isSameDay(TimePoint at) const { return at >= m_begin && at < m_end; }

private:
    const TimeFormat &m_format;
    TimePoint m_begin = fromMs(1), m_end = fromMs(0);
};

class Builder {
public:
    Builder(const TimelineModel &model, const RowOptions &options, const TimeFormat &format)
        : m_model(model)
        , m_items(model.items())
        , m_options(options)
        , m_days(format)
        , m_dayBefore(format)
    {
    }

    std::vector<Row> build()
    {
        m_rows.reserve(m_items.size() + m_items.size() / 4 + 8);
        begin();
        for (std::size_t i = 0; i < m_items.size();)
            i = next(i);
        end();
        return std::move(m_rows);
    }

    RowsInFront buildOlder(const std::vector<Row> &rows, std::size_t older)
    {
        begin();
        for (std::size_t i = 0; i < m_items.size(); i = next(i)) {
            if (i <= older || !beginsAnew(i))
                continue;
            const auto stays = std::ranges::lower_bound(rows, i - older, {}, &Row::first);
            return {std::move(m_rows), std::size_t(stays - rows.begin())};
        }
        end();
        return {std::move(m_rows), rows.size()};
    }

private:
    void add(Row row) { m_rows.push_back(row); }

    void begin()
    {
        if (!m_model.isComplete() && !m_items.empty())
            add({.key = {RowKey::Kind::Older, m_items.front().id}});
    }

    std::size_t next(std::size_t i)
    {
        before(i);
        return isHidden(m_items[i]) ? hidden(i) : startsFold(i) ? conversation(i) : startsChanges(i) ? changes(i) : item(i);
    }

    void end()
    {
        for (; m_gap < m_model.gaps().size(); ++m_gap)
            add({.key = {RowKey::Kind::Gap, {}}, .first = m_items.size(), .gap = m_gap});
        if (!m_model.typing().empty()) {
            const Strand strand = strandOf(m_model.typing().front().channel);
            add({.key = {RowKey::Kind::Typing, {}}, .first = m_items.size(), .strand = strand, .node = strand != m_run});
        }
    }

    /// Whether the rows of item @p i and all that follow are the same whatever comes before: it is the first of its day, and
    /// the day's heading, or the conversation that begins with it and may be folded away, ends what was.
    bool beginsAnew(std::size_t i)
    {
        const Item &item = m_items[i], &last = m_items[i - 1];
        if (item.kind == Kind::Event || isHidden(item))
            return false; // may be in the middle of a run
        m_dayBefore.isNewDay(last.at);
        if (m_dayBefore.isSameDay(item.at))
            return false;
        return !startsFold(i) || (last.conversation != item.conversation && m_model.firstUnread() != item.id);
    }

    /// What stands between the last item and item @p i: a gap, a date, the unread marker.
    void before(std::size_t i)
    {
        const Item &item = m_items[i];
        while (endsBefore(item)) {
            add({.key = {RowKey::Kind::Gap, item.id}, .first = i, .gap = m_gap++});
            endRun();
        }
        // What is folded or hidden needs no heading; what comes after it does.
        if (!isHidden(item) && !(startsFold(i) && isFolded(m_model, m_options, item.conversation)))
            day(i);
        if (m_model.firstUnread() == item.id) {
            std::size_t count = 0;
            for (std::size_t k = i; k < m_items.size(); ++k)
                count += m_items[k].kind == Kind::Inbound;
            add({.key = {RowKey::Kind::Unread, item.id}, .first = i, .count = count, .strand = m_run});
        }
    }

    void day(std::size_t i)
    {
        if (!m_days.isNewDay(m_items[i].at))
            return;
        add({.key = {RowKey::Kind::Date, m_items[i].id}, .first = i});
        endRun();
    }

    void endRun()
    {
        m_run.reset();
        m_last = m_lastInbound = nullptr;
    }

    bool isHidden(const Item &item) const
    {
        if (item.kind == Kind::Event)
            return !m_options.events;
        return !m_options.shown.empty() && !m_options.shown.contains(strandOf(item));
    }

    /// Whether the next gap lies before @p item.
    bool endsBefore(const Item &item) const
    {
        return m_gap < m_model.gaps().size() && m_model.gaps()[m_gap].range.to <= model::HistoryKey{item.at, item.id};
    }

    /// True where a date, gap or the unread marker must come before item @p i, so that nothing may be folded across it.
    bool breaksBefore(std::size_t i) { return m_model.firstUnread() == m_items[i].id || endsBefore(m_items[i]); }

    std::size_t hidden(std::size_t i)
    {
        std::size_t end = i + 1;
        while (end < m_items.size() && isHidden(m_items[end]) && !breaksBefore(end))
            ++end;
        add({.key = {RowKey::Kind::Hidden, m_items[i].id}, .first = i, .count = end - i, .strand = m_run});
        return end;
    }

    bool startsFold(std::size_t i) const
    {
        if (m_options.focused == m_items[i].conversation)
            return false;
        const model::Conversation *found = m_model.conversation(m_items[i].conversation);
        return found && found->status == model::Conversation::Status::Resolved;
    }

    std::size_t conversation(std::size_t i)
    {
        const model::ConversationId id = m_items[i].conversation;
        std::size_t end = i + 1;
        while (end < m_items.size() && m_items[end].conversation == id && !breaksBefore(end))
            ++end;
        const bool folded = isFolded(m_model, m_options, id);
        const Strand strand = strandOf(m_items[i].channel);
        add({.key = {RowKey::Kind::Conversation, m_items[i].id},
             .first = i,
             .count = end - i,
             .node = true,
             .open = !folded});
        endRun();
        m_run = folded ? std::nullopt : std::optional(strand);
        if (folded)
            return end;
        while (i < end) {
            if (!isHidden(m_items[i]))
                day(i);
            i = isHidden(m_items[i]) ? hidden(i) : startsChanges(i) ? changes(i) : item(i);
        }
        return i;
    }

    std::size_t eventsEnd(std::size_t i)
    {
        std::size_t end = i;
        while (end < m_items.size() && m_items[end].kind == Kind::Event && (end == i || !breaksBefore(end))
               && m_items[end].at - m_items[i].at < 12h)
            ++end;
        return end;
    }

    bool startsChanges(std::size_t i)
    {
        return i >= m_changesEnd && m_items[i].kind == Kind::Event && eventsEnd(i) - i >= kFoldEvents;
    }

    std::size_t changes(std::size_t i)
    {
        const std::size_t end = eventsEnd(i);
        const bool open = m_options.openChanges.contains(m_items[i].id);
        add({.key = {RowKey::Kind::Changes, m_items[i].id},
             .first = i,
             .count = end - i,
             .strand = m_run ? m_run : std::optional(strandOf(m_items[i].channel)),
             .open = open});
        if (!open)
            return end;
        m_changesEnd = end; // its events follow one by one
        return i;
    }

    std::size_t item(std::size_t i)
    {
        const Item &item = m_items[i];
        Row row{.key = {RowKey::Kind::Item, item.id}, .first = i};
        if (item.kind == Kind::Event) {
            row.strand = m_run ? m_run : std::optional(strandOf(item.channel));
            add(row);
            return i + 1;
        }
        const Strand strand = strandOf(item);
        row.strand = strand == Strand::Order ? std::nullopt : std::optional(strand);
        row.node = strand != m_run;
        const auto since = m_last ? item.at - m_last->at : Milliseconds::max();
        const bool sameSide = m_last && m_last->kind == item.kind;
        if (item.kind == Kind::Inbound || item.kind == Kind::Comment)
            row.name =
                row.node || !m_last || since >= kSilence || (m_lastInbound && m_lastInbound->identity != item.identity);
        else
            row.name = row.node;
        row.time = !row.name && !(sameSide && since < kFollowUp);
        m_run = strand;
        m_last = &item;
        if (item.kind == Kind::Inbound)
            m_lastInbound = &item;
        add(row);
        return i + 1;
    }

    const TimelineModel &m_model;
    const TimelineModel::Items &m_items;
    const RowOptions &m_options;
    Days m_days, m_dayBefore;
    std::vector<Row> m_rows;
    std::optional<Strand> m_run;
    const Item *m_last = nullptr, *m_lastInbound = nullptr;
    std::size_t m_gap = 0, m_changesEnd = 0;
};

} // namespace

bool isFolded(const TimelineModel &model, const RowOptions &options, const model::ConversationId &id)
{
    if (options.focused == id || options.unfolded.contains(id))
        return false;
    if (options.folded.contains(id))
        return true;
    const model::Conversation *found = model.conversation(id);
    if (!found || found->status != model::Conversation::Status::Resolved)
        return false;
    // What was said last is what one came to read, resolved or not.
    return model.items().empty() || model.items().back().conversation != id;
}

std::vector<Row> buildRows(const TimelineModel &model, const RowOptions &options, const TimeFormat &format)
{
    return Builder(model, options, format).build();
}

RowsInFront buildOlderRows(const TimelineModel &model, const RowOptions &options, const TimeFormat &format,
                           const std::vector<Row> &rows, std::size_t older)
{
    return Builder(model, options, format).buildOlder(rows, older);
}

} // namespace tributary::ui
