#include "core/hub/shared_pages.h"

#include "core/base/breaks.h"
#include "core/hub/bootstrap.h"
#include "core/model/rights.h"
#include "core/wire/codec.h"

#include <algorithm>

namespace tributary::hub {
namespace {

/// The same for all who see the same, and for nobody else.
std::string groupOf(const SharedPages::Question &question)
{
    if (TRIBUTARY_BREAK(sharedRights))
        return {};
    return std::string(textOf(wire::encode(wire::toValue(model::Entity(question.like)))));
}

std::string keyOf(const SharedPages::Question &question)
{
    return question.after + '\0' + groupOf(question); // there is no such byte in what is before it: isShared()
}

} // namespace

std::optional<SharedPages::Question> SharedPages::questionOf(const model::Agent &agent, const std::string &after,
                                                             const std::optional<wire::Seam> &seam, const RawId &asker)
{
    auto like = seam && isShared(after) ? model::anybodyLike(agent) : std::nullopt;
    if (!like)
        return std::nullopt;
    return Question{.like = std::move(*like), .rights = agent.version, .after = after, .seam = *seam, .asker = asker};
}

Result<SharedPages::Page> SharedPages::read(store::Database &database, const Question &question, TimePoint now)
{
    TRIBUTARY_TRY_ASSIGN(const wire::Position head, headOf(database));
    TRIBUTARY_TRY_ASSIGN(const wire::BootstrapPage page, sharedPage(database, question.after, question.like, now));
    return Page{head, std::make_shared<const Bytes>(wire::pack(page))};
}

/// From where their stream begins on it brings all that is newer than the page; and where their row has not changed since,
/// what they see is what they saw then.
bool SharedPages::serves(const Page &page, const Question &question)
{
    if (TRIBUTARY_BREAK(sharedPages))
        return true;
    return page.head.epoch == question.seam.epoch && page.head.seq >= std::max(question.seam.seq, question.rights);
}

void SharedPages::ask(Asker asker)
{
    forgetOld();
    noteAsker(asker.question);
    answer(std::move(asker));
}

void SharedPages::answer(Asker asker)
{
    const std::string key = keyOf(asker.question);
    if (const auto found = m_byKey.find(key); found != m_byKey.end() && serves(found->second->page, asker.question)) {
        m_kept.splice(m_kept.begin(), m_kept, found->second);
        ++m_shared;
        const Page page = found->second->page;
        return asker.done(page);
    }
    const auto [reading, isFirst] = m_reading.try_emplace(key);
    reading->second.push_back(std::move(asker));
    if (isFirst)
        readFor(key);
}

void SharedPages::readFor(const std::string &key)
{
    const Question question = m_reading.at(key).front().question;
    const auto isWanted = [this, key, here = std::weak_ptr(m_here)] {
        if (here.expired())
            return false;
        const auto reading = m_reading.find(key);
        return reading != m_reading.end()
               && std::ranges::any_of(reading->second, [](const Asker &one) { return one.isWanted(); });
    };
    m_read(question, isWanted, [this, key, question, here = std::weak_ptr(m_here)](const Result<Page> &page) {
        if (!here.expired())
            finished(key, question, page);
    });
}

void SharedPages::finished(const std::string &key, const Question &asked, const Result<Page> &page)
{
    std::vector<Asker> waiting = std::move(m_reading.extract(key).mapped());
    if (page && isOneOfMany(asked))
        keep(key, *page);
    std::vector<Asker> again;
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        const bool isServed = page && serves(*page, waiting[i].question);
        if (i > 0 && !isServed) { // of those who came while it was read some stand further on than it
            if (waiting[i].isWanted())
                again.push_back(std::move(waiting[i]));
            continue;
        }
        m_shared += i > 0;
        waiting[i].done(page);
    }
    for (Asker &one : again)
        answer(std::move(one));
}

void SharedPages::noteAsker(const Question &question)
{
    Group &group = m_groups[groupOf(question)];
    if (group.last != question.asker) {
        if (group.last != RawId{})
            group.othersAt = group.lastAt;
        group.last = question.asker;
    }
    group.lastAt = m_clock.steady();
}

bool SharedPages::isOneOfMany(const Question &question) const
{
    const auto group = m_groups.find(groupOf(question));
    return group != m_groups.end() && group->second.othersAt && m_clock.steady() - *group->second.othersAt < kKeptFor;
}

void SharedPages::keep(const std::string &key, const Page &page)
{
    if (const auto before = m_byKey.find(key); before != m_byKey.end())
        drop(before->second);
    m_kept.push_front({key, page, m_clock.steady()});
    m_byKey[key] = m_kept.begin();
    m_bytes += page.packed->size() + key.size();
    while (m_bytes > m_mostBytes)
        drop(std::prev(m_kept.end()));
}

void SharedPages::drop(std::list<Kept>::iterator kept)
{
    m_bytes -= kept->page.packed->size() + kept->key.size();
    m_byKey.erase(kept->key);
    m_kept.erase(kept);
}

bool SharedPages::forgetOld()
{
    const Milliseconds now = m_clock.steady();
    for (auto kept = m_kept.begin(); kept != m_kept.end();) {
        const auto one = kept++;
        if (now - one->readAt >= kKeptFor)
            drop(one);
    }
    std::erase_if(m_groups, [&](const auto &group) { return now - group.second.lastAt >= kKeptFor; });
    return !m_kept.empty();
}

} // namespace tributary::hub
