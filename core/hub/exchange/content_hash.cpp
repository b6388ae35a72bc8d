#include "core/hub/exchange/content_hash.h"

#include "core/base/digest.h"
#include "core/model/entities.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"
#include "core/wire/fields.h"

#include <algorithm>

namespace tributary::hub::exchange {
namespace {

constexpr std::int64_t kRowsAtOnce = 1000;

/// A sum modulo 2^128: commutative, and unlike exclusive-or a pair of equal items does not vanish in it.
class Sum {
public:
    void add(const std::array<std::byte, 16> &digest)
    {
        unsigned carry = 0;
        for (std::size_t i = 16; i-- > 0;) {
            carry += unsigned(m_bytes[i]) + unsigned(digest[i]);
            m_bytes[i] = std::byte(carry & 0xff);
            carry >>= 8;
        }
    }
    std::string text() const { return toHex(m_bytes); }

private:
    std::array<std::byte, 16> m_bytes{};
};

/// Every part with its size before it, so that no two lists of parts read alike.
void append(Bytes &bytes, std::string_view part)
{
    std::uint64_t size = part.size();
    for (int i = 0; i < 8; ++i, size >>= 8)
        bytes.push_back(std::byte(size & 0xff));
    const ByteView view = bytesOf(part);
    bytes.insert(bytes.end(), view.begin(), view.end());
}

std::array<std::byte, 16> digestOf(const store::Query &row)
{
    Bytes bytes;
    const std::string_view kind = row.text(2);
    append(bytes, row.text(1));
    append(bytes, kind);
    append(bytes, std::to_string(row.integer(3)));
    append(bytes, row.text(4));
    append(bytes, row.text(5));
    append(bytes, row.text(9));
    // A customer is who has the address; names change. Of agents the e-mail, of others the name they had.
    const std::string_view email = row.text(10);
    append(bytes, kind == "inbound" ? std::string_view() : email.empty() ? row.text(8) : email);
    std::vector<std::string> hashes;
    if (const auto value = wire::decode(row.blob(6))) {
        std::vector<model::Attachment> attachments;
        if (wire::fieldFrom(*value, attachments)) {
            for (const model::Attachment &attachment : attachments)
                hashes.push_back(attachment.sha256);
        }
    }
    std::ranges::sort(hashes);
    for (const std::string &hash : hashes)
        append(bytes, hash);
    if (kind == "event") {
        const auto details = wire::mapFrom(row.blob(7));
        const auto event = details ? details->find("event") : std::map<std::string, std::string>::const_iterator();
        append(bytes, details && event != details->end() ? std::string_view(event->second) : std::string_view());
    }
    return blake16(bytes);
}

} // namespace

Result<std::string> contentHash(store::Database &database)
{
    Sum sum;
    for (std::int64_t after = -1;;) {
        auto query = database.query(store::sql::exchange_check_items);
        query.bind("after_row", after).bind("row_count", kRowsAtOnce);
        std::int64_t rows = 0;
        for (;; ++rows) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            after = query.integer(0);
            sum.add(digestOf(query));
        }
        if (rows < kRowsAtOnce)
            return sum.text();
    }
}

} // namespace tributary::hub::exchange
