#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace tributary {

/// Why something did not happen. Code branches on `kind`; `detail` is for the log and for command lines: English, plain,
/// no customer data.
struct Error {
    enum class Kind {
        Offline,  ///< The other side cannot be reached now; trying later may help.
        TimedOut, ///< No answer in time; whether it happened is unknown.
        Rejected, ///< Understood and refused; trying the same again gives the same answer.
        Denied,   ///< Refused for want of rights or a wrong password or token.
        NotFound, ///< The thing named does not exist, or the caller may not know that it does.
        Conflict, ///< Someone or something else got there first.
        Invalid,  ///< The input makes no sense; the detail says where.
        TooLarge, ///< A size limit would be passed.
        Full,     ///< No room left on the disk.
        Corrupt,  ///< Stored data is damaged, or was written by a newer program.
        Failed,   ///< Anything else the outside world did, such as an I/O error.
    };
    Kind kind;
    std::string detail;

    friend bool operator==(const Error &, const Error &) = default;
};

/// The name of an error kind as it stands in logs, on the wire and in command-line output: `timed-out`, `not-found` ...
const char *name(Error::Kind kind);

template<class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(Error::Kind kind, std::string detail)
{
    return tl::unexpected<Error>(Error{kind, std::move(detail)});
}

inline tl::unexpected<Error> failure(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

/// For a folder whose own error type says more than Error does; everything said here holds for it too.
template<class T, class E>
using ResultOr = tl::expected<T, E>;

template<class E>
inline tl::unexpected<E> failure(E error)
{
    return tl::unexpected<E>(std::move(error));
}

} // namespace tributary

/// Leaves the enclosing function with the error of @p expression, a Result whose value is not needed.
#define TRIBUTARY_TRY(expression)                                                                                           \
    do {                                                                                                                    \
        if (auto tryResult_ = (expression); !tryResult_)                                                                    \
            return ::tributary::failure(std::move(tryResult_).error());                                                     \
    } while (false)

#define TRIBUTARY_TRY_JOIN_(a, b) a##b
#define TRIBUTARY_TRY_NAME_(line) TRIBUTARY_TRY_JOIN_(tryValue_, line)
/// Declares @p declaration from the value of @p expression, or leaves the enclosing function with its error.
#define TRIBUTARY_TRY_ASSIGN(declaration, expression)                                                                       \
    auto TRIBUTARY_TRY_NAME_(__LINE__) = (expression);                                                                      \
    if (!TRIBUTARY_TRY_NAME_(__LINE__))                                                                                     \
        return ::tributary::failure(std::move(TRIBUTARY_TRY_NAME_(__LINE__)).error());                                      \
    declaration = std::move(*TRIBUTARY_TRY_NAME_(__LINE__))
