#pragma once

#include "core/base/id.h"
#include "core/base/time.h"
#include "core/model/entities.h"
#include "core/store/database.h"
#include "core/wire/seam.h"

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace tributary::hub {

/// Pages of first copies that are the same for all who see the same: read, encoded and packed once where many begin anew
/// (after a restore, on a Monday morning). A page is given to somebody if it was read where their live stream begins or
/// later, and since their rights were last changed: then it is what they would have been given at that moment. On the loop.
class SharedPages {
public:
    static constexpr std::size_t kMostBytes = 32 * 1024 * 1024; ///< Of pages that are kept.
    static constexpr std::chrono::minutes kKeptFor{1};          ///< After it was read.

    struct Question {
        model::Agent like;       ///< model::anybodyLike() of who asks, and ...
        std::int64_t rights = 0; ///< ... the version of their row, both read at one moment.
        std::string after;       ///< bootstrapPage(); isShared().
        wire::Seam seam;
        RawId asker{}; ///< Tells desktops apart.
    };
    struct Page {
        wire::Position head; ///< When it was read.
        std::shared_ptr<const Bytes> packed;
    };
    using Done = std::function<void(const Result<Page> &)>;
    /// Who has asked.
    struct Asker {
        Question question;
        Done done;
        std::function<bool()> isWanted = [] { return true; }; ///< Whether they still wait.
    };
    /// Reads a page, now or later, as read() does; not if nobody waits any more when its turn comes.
    using Read = std::function<void(const Question &, std::function<bool()> isWanted, Done)>;

    SharedPages(const Clock &clock, Read read, std::size_t mostBytes = kMostBytes)
        : m_clock(clock)
        , m_read(std::move(read))
        , m_mostBytes(mostBytes)
    {
    }

    /// What somebody asks for, if it can be shared.
    static std::optional<Question> questionOf(const model::Agent &agent, const std::string &after,
                                              const std::optional<wire::Seam> &seam, const RawId &asker);
    /// In a read transaction.
    static Result<Page> read(store::Database &database, const Question &question, TimePoint now);

    /// Answers with what is kept, with what is being read for somebody else, or has it read. A failure is told to the one
    /// who has waited longest alone: for the others it is tried again. Nothing is kept while one desktop alone asks.
    void ask(Asker asker);
    /// Lets go of what is too old. True: something is left.
    bool forgetOld();

    /// Given to somebody for whom they were not read.
    std::uint64_t shared() const { return m_shared; }
    std::size_t bytes() const { return m_bytes; }

private:
    struct Kept {
        std::string key;
        Page page;
        Milliseconds readAt{0}; ///< By the steady clock, as all times here.
    };
    /// Of those who see the same: when which desktops asked last.
    struct Group {
        RawId last{};
        Milliseconds lastAt{0};
        std::optional<Milliseconds> othersAt; ///< When another one did.
    };

    static bool serves(const Page &page, const Question &question);
    void answer(Asker asker);
    void readFor(const std::string &key);
    void finished(const std::string &key, const Question &asked, const Result<Page> &page);
    void noteAsker(const Question &question);
    bool isOneOfMany(const Question &question) const;
    void keep(const std::string &key, const Page &page);
    void drop(std::list<Kept>::iterator kept);

    const Clock &m_clock;
    const Read m_read;
    const std::size_t m_mostBytes;
    std::list<Kept> m_kept; ///< Newest use first.
    std::map<std::string, std::list<Kept>::iterator, std::less<>> m_byKey;
    std::map<std::string, std::vector<Asker>> m_reading; ///< Who waits for what, each in order.
    std::map<std::string, Group> m_groups;
    std::size_t m_bytes = 0;
    std::uint64_t m_shared = 0;
    std::shared_ptr<bool> m_here = std::make_shared<bool>(true); ///< Gone with this: for what comes after it.
};

} // namespace tributary::hub
