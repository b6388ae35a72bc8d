#pragma once

#include "core/store/cache_reads.h"
#include "core/store/news.h"
#include "core/store/people_reads.h"
#include "core/store/setup_reads.h"

/// Numbers as people read them (`+44 20 7946 0018`) in what is read of the copy, where they stand in E.164. Done on the
/// thread that reads: the first number of all takes milliseconds, for the plans of every country are loaded for it. What is
/// compared and sent (Identity::address) stays as it is.
namespace tributary::client {

void makeReadable(model::Identity &identity);
void makeReadable(model::Suggestion &suggestion);
void makeReadable(model::ChannelAccount &account);
void makeReadable(store::ConversationRow &row);
void makeReadable(store::CustomerCard &card);
void makeReadable(store::PersonHit &hit);
void makeReadable(store::AddressHolder &holder);
void makeReadable(store::MergePair &pair);
void makeReadable(store::CustomerRow &row);
void makeReadable(store::News &news);
void makeReadable(store::Duplicates &page);
void makeReadable(store::WorkspaceSetup &setup);

template<class T>
void makeReadable(std::vector<T> &all)
{
    for (T &one : all)
        makeReadable(one);
}

template<class T>
void makeReadable(std::optional<T> &one)
{
    if (one)
        makeReadable(*one);
}

/// The same for what a read has come to.
template<class T>
Result<T> readable(Result<T> result)
{
    if (result)
        makeReadable(*result);
    return result;
}

} // namespace tributary::client
