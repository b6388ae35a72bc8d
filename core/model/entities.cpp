#include "core/model/entities.h"

#include "core/base/digest.h"

namespace tributary::model {
namespace {

template<class T>
RawId keyOfOne(const T &entity)
{
    return entity.id.bytes;
}

RawId keyOfOne(const ReadMark &mark)
{
    Bytes both = copyOf(mark.agent.view());
    both.insert(both.end(), mark.conversation.bytes.begin(), mark.conversation.bytes.end());
    return blake16(both);
}

} // namespace

ConsentId consentId(CustomerId customer, Channel channel, Consent::Purpose purpose)
{
    Bytes all = copyOf(customer.view());
    all.push_back(std::byte(channel));
    all.push_back(std::byte(purpose));
    return ConsentId(blake16(all));
}

RawId keyOf(const Entity &entity)
{
    return std::visit([](const auto &one) { return keyOfOne(one); }, entity);
}

std::int64_t versionOf(const Entity &entity)
{
    return std::visit([](const auto &one) { return one.version; }, entity);
}

void setVersion(Entity &entity, std::int64_t version)
{
    std::visit([version](auto &one) { one.version = version; }, entity);
}

} // namespace tributary::model
