#include "core/channels/email/etpan_support.h"

#include <cstdlib>

namespace tributary::channels::email {
namespace {

MailStream &streamOf(mailstream_low *low)
{
    return *static_cast<MailStream *>(low->data);
}

ssize_t lowRead(mailstream_low *low, void *to, size_t room)
{
    const std::size_t got = streamOf(low).read(to, room);
    return got > 0 ? ssize_t(got) : -1;
}

ssize_t lowWrite(mailstream_low *low, const void *from, size_t size)
{
    return streamOf(low).write(from, size) ? ssize_t(size) : -1;
}

// Sockets are never handed to libetpan: its own waiting could not be interrupted.
mailstream_low_driver driver{.mailstream_read = lowRead,
                             .mailstream_write = lowWrite,
                             .mailstream_close = [](mailstream_low *) { return 0; },
                             .mailstream_get_fd = [](mailstream_low *) { return -1; },
                             .mailstream_free = [](mailstream_low *low) { std::free(low); },
                             .mailstream_cancel = [](mailstream_low *) {},
                             .mailstream_get_cancel = [](mailstream_low *) -> struct ::mailstream_cancel *{return nullptr;
} // namespace
, .mailstream_get_certificate_chain = [](mailstream_low *) -> carray * { return nullptr; },
  .mailstream_setup_idle = [](mailstream_low *) { return -1; },
  .mailstream_unsetup_idle = [](mailstream_low *) { return -1; },
  .mailstream_interrupt_idle = [](mailstream_low *) { return -1; },
}; // namespace tributary::channels::email

void addStatic(FetchedParts &parts, const mailimap_msg_att_static &item)
{
    switch (item.att_type) {
    case MAILIMAP_MSG_ATT_UID: parts.summary.uid = item.att_data.att_uid; break;
    case MAILIMAP_MSG_ATT_RFC822_SIZE: parts.summary.sizeBytes = item.att_data.att_rfc822_size; break;
    case MAILIMAP_MSG_ATT_INTERNALDATE: parts.summary.arrivedAt = timeOf(*item.att_data.att_internal_date); break;
    case MAILIMAP_MSG_ATT_BODY_SECTION: {
        const mailimap_msg_att_body_section &section = *item.att_data.att_body_section;
        parts.hasBody = true;
        if (section.sec_body_part)
            parts.body = {section.sec_body_part, section.sec_length};
        break;
    }
    default: break;
    }
}

} // namespace

mailstream *etpanStreamOver(MailStream &stream)
{
    constexpr std::size_t kBuffer = 16'384;
    return mailstream_new(mailstream_low_new(&stream, &driver), kBuffer);
}

TimePoint timeOf(const mailimap_date_time &date)
{
    using namespace std::chrono;
    const year_month_day day(year(date.dt_year), month(unsigned(date.dt_month)), std::chrono::day(unsigned(date.dt_day)));
    if (!day.ok())
        return TimePoint();
    const minutes zone((date.dt_zone / 100) * 60 + date.dt_zone % 100); // +0530 is 530
    return TimePoint(sys_days(day) + hours(date.dt_hour) + minutes(date.dt_min) + seconds(date.dt_sec) - zone);
}

mailimap_set *setOf(std::span<const std::uint32_t> risingUids)
{
    mailimap_set *set = mailimap_set_new_empty();
    for (std::size_t i = 0; i < risingUids.size();) {
        std::size_t end = i + 1;
        while (end < risingUids.size() && risingUids[end] == risingUids[end - 1] + 1)
            ++end;
        mailimap_set_add_interval(set, risingUids[i], risingUids[end - 1]);
        i = end;
    }
    return set;
}

FetchedParts partsOf(const mailimap_msg_att &att)
{
    FetchedParts parts;
    forEach<mailimap_msg_att_item>(att.att_list, [&parts](mailimap_msg_att_item &item) {
        if (item.att_type == MAILIMAP_MSG_ATT_ITEM_STATIC)
            addStatic(parts, *item.att_data.att_static);
    });
    return parts;
}

} // namespace tributary::channels::email
