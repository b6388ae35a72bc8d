#include "core/base/result.h"

namespace tributary {

const char *name(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::Offline: return "offline";
    case Error::Kind::TimedOut: return "timed-out";
    case Error::Kind::Rejected: return "rejected";
    case Error::Kind::Denied: return "denied";
    case Error::Kind::NotFound: return "not-found";
    case Error::Kind::Conflict: return "conflict";
    case Error::Kind::Invalid: return "invalid";
    case Error::Kind::TooLarge: return "too-large";
    case Error::Kind::Full: return "disk-full";
    case Error::Kind::Corrupt: return "corrupt";
    case Error::Kind::Failed: return "failed";
    }
    return "failed";
}

} // namespace tributary
