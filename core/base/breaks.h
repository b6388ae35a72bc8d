#pragma once

#include <array>
#include <string_view>

/// Guards that tests take away on purpose, one at a time, to see that they notice. `TRIBUTARY_BREAK(name)` is false in the
/// product, and nothing of it is left by the optimiser. The program that tests the tests (tests/sim) compiles the guarded
/// files anew with TRIBUTARY_BREAKS, and there it is true for the one break that was chosen.
namespace tributary::breaks {

#define TRIBUTARY_EACH_BREAK(BREAK)                                                                                         \
    BREAK(versionGuard)    /* an older row overwrites a newer one */                                                        \
    BREAK(tombstones)      /* a late page brings back what was removed */                                                   \
    BREAK(scopeBefore)     /* who loses sight of a row is not told */                                                       \
    BREAK(movedItems)      /* items do not move along with their conversation */                                            \
    BREAK(sharedSight)     /* who reads the log together is told what the first of them sees */                             \
    BREAK(sharedPages)     /* a page that was kept is given to who stands further on than it */                             \
    BREAK(sharedRights)    /* a page that was kept is given to who sees something else */                                   \
    BREAK(purge)           /* rights that shrink leave what is there */                                                     \
    BREAK(gained)          /* rights that grow bring nothing */                                                             \
    BREAK(epoch)           /* copies of another epoch are continued */                                                      \
    BREAK(chain)           /* copies of another history under the same numbers are continued */                             \
    BREAK(unheard)         /* a desktop that begins anew and is cut off before it hears who was erased goes on */           \
    BREAK(doubt)           /* what may have gone out before a restore is not looked for */                                  \
    BREAK(offeredAgain)    /* what a restored hub has forgotten is not offered again */                                     \
    BREAK(gap)             /* a frame that does not continue the copy is applied */                                         \
    BREAK(commandRepeats)  /* a command that comes again is done again */                                                   \
    BREAK(forkedClient)    /* two installations that use the same numbers are taken for one */                              \
    BREAK(envelopeRepeats) /* an envelope that comes again is taken again */                                                \
    BREAK(parkedNews)      /* news of a message that was not known yet stays parked */                                      \
    BREAK(echoRemoval)     /* a command stays in the outbox when its echo is here */                                        \
    BREAK(overlay)         /* rows of the hub are written over the shown ones, not under them */                            \
    BREAK(outcomesFirst)   /* the copy forgets a command before its outcome is in the journal */                            \
    BREAK(journalFirst)    /* a command is shown and sent before it is durable */                                           \
    BREAK(filesFirst)      /* a command does not wait until the hub has its files */                                        \
    BREAK(brokenFile)      /* a file is used on after an error of the disk */                                               \
    BREAK(readMarks)       /* a read mark falls when an older one comes late */                                             \
    BREAK(looksFirst)      /* what may have gone out is sent without a look */                                              \
    BREAK(orderOfSending)  /* a later message does not wait for an earlier one of its conversation */                       \
    BREAK(fencing)         /* a worker whose claim was given to another settles it all the same */                          \
    BREAK(gaps)            /* history that was evicted counts as here */                                                    \
    BREAK(goneWords)       /* what has left sight stays in the log of the copy */                                           \
    BREAK(foundContents)   /* a content that is there counts as kept, though its name may be lost yet */                    \
    BREAK(erasedWork)      /* a desktop keeps its own work with somebody who is erased */                                   \
    BREAK(erasedAgain)     /* a hub that was restored does not erase again */                                               \
    BREAK(putBy)           /* what somebody has done is forgotten when somebody else signs in */                            \
    BREAK(inHand)          /* what a worker has in hand is taken back */

#define TRIBUTARY_ENUMERATE(name) name,
enum class Name { none, TRIBUTARY_EACH_BREAK(TRIBUTARY_ENUMERATE) };
#undef TRIBUTARY_ENUMERATE

#define TRIBUTARY_SPELL(name) std::string_view(#name),
inline constexpr std::array kAll{TRIBUTARY_EACH_BREAK(TRIBUTARY_SPELL)};
#undef TRIBUTARY_SPELL

#ifdef TRIBUTARY_BREAKS
inline Name chosen = Name::none;
#define TRIBUTARY_BREAK(name) (::tributary::breaks::chosen == ::tributary::breaks::Name::name)
#else
#define TRIBUTARY_BREAK(name) false
#endif

} // namespace tributary::breaks
